import { writeFileSync } from 'node:fs';
import { Option } from 'commander';
import { PAPERS, type Paper } from '../../catalogue/index.js';
import type { Report, ReportRow } from '../../index.js';
import { percent, plural, points, UNKNOWN } from '../../text/format.js';
import { wrapText } from '../../text/wrap.js';
import { defineCommand } from '../define-command.js';
import { tableLines } from '../render/table.js';
import { type Colors, print, printJson } from '../shell/output.js';
import { openNamedRun, RUN_ARGUMENT } from '../shell/run.js';
import { type Screen, screenOf } from '../shell/screen.js';

interface Options {
  readonly html?: string;
}

export const report = defineCommand<[run?: string], Options>({
  name: 'report',
  group: 'look',
  description:
    "show a run's test accuracies beside published ones, task by task; or write a page of the run",
  arguments: [RUN_ARGUMENT],
  options: [
    new Option('--against <source>', 'what to compare with').choices(['paper']).default('paper'),
    new Option(
      '--html <file>',
      'write one page with results, every picture and its table, configuration, environment',
    ),
  ],
  run([name], { html, ...globals }) {
    const run = openNamedRun(name, globals);
    if (html !== undefined) writeFileSync(html, run.page());
    const accuracies = run.report();
    if (globals.json) printJson(accuracies);
    else if (html !== undefined) print(`${html} shows ${run.name}`);
    else print(...reportLines(accuracies, screenOf(process.stdout)));
  },
});

const COLUMNS = Object.entries(PAPERS) as [Paper, (typeof PAPERS)[Paper]][];

function cellsOf({ task, testAccuracy, published }: ReportRow, { bold }: Colors): string[] {
  const beside = COLUMNS.flatMap(([paper]) => {
    const result = published.find((each) => each.paper === paper);
    return result ? [percent(result.value), points(result.difference)] : [UNKNOWN, UNKNOWN];
  });
  return [task, bold(percent(testAccuracy)), ...beside];
}

function reportLines(report: Report, screen: Screen): readonly string[] {
  const { run, method, architecture, rows } = report;
  if (rows.length === 0) return [screen.bold(run), screen.dim('no task is finished yet')];
  const lines = tableLines(
    [
      { title: 'task' },
      { title: 'test', numeric: true },
      ...COLUMNS.flatMap(([, { title }]) => [
        { title, numeric: true },
        { title: 'difference', numeric: true },
      ]),
    ],
    rows.map((row) => cellsOf(row, screen)),
    screen,
  );
  const compared = rows.filter(({ published }) => published.length > 0);
  const names = (chosen: readonly ReportRow[]) => chosen.map(({ task }) => task).join(', ');
  const without = rows.filter((row) => row.sameData && row.published.length === 0);
  const other = rows.filter(({ sameData }) => !sameData);
  const wrapped = (text: string) => wrapText(text, screen.width);
  return [
    ...wrapped(
      `${screen.bold(run)}  ${method} on ${architecture ?? 'a custom architecture'}; the papers' figures are for a pretrained ViT-L/16`,
    ),
    ...lines,
    '',
    `published for ${compared.length} of ${plural(rows.length, 'task')}`,
    ...(without.length > 0 ? wrapped(`nothing is published for ${names(without)}`) : []),
    ...(other.length > 0
      ? wrapped(`not compared, because classes or splits are not the papers': ${names(other)}`)
      : []),
  ];
}
