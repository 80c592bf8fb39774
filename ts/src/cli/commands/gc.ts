import { Option } from 'commander';
import type { Garbage, GarbageReport } from '../../index.js';
import { bytes, count } from '../../text/format.js';
import { defineCommand } from '../define-command.js';
import { tableLines } from '../render/table.js';
import { nextCommand } from '../shell/globals.js';
import { print, printJson } from '../shell/output.js';
import { openNamedRun, RUN_ARGUMENT } from '../shell/run.js';
import { type Screen, screenOf } from '../shell/screen.js';

interface Options {
  readonly delete?: true;
}

export const gc = defineCommand<[run?: string], Options>({
  name: 'gc',
  group: 'branch',
  description: 'count the files in the store of a run that no branch needs; --delete deletes them',
  arguments: [RUN_ARGUMENT],
  options: [new Option('--delete', 'delete these files; without it, nothing changes')],
  async run([name], globals) {
    const run = openNamedRun(name, globals);
    const report = await run.gc({ delete: globals.delete });
    if (globals.json) return printJson({ run: run.name, ...report });
    const command = nextCommand(`gc ${run.name} --delete`, globals);
    print(...reportLines(report, screenOf(process.stdout)), outcomeOf(report, command));
    if (report.strange.length > 0) print(strangeText(report.strange));
  },
});

function reportLines(
  { unreferenced, orphans, temporary, kept }: GarbageReport,
  screen: Screen,
): readonly string[] {
  const row = (name: string, { files, bytes: size }: Garbage) => [name, count(files), bytes(size)];
  return tableLines(
    [{ title: '' }, { title: 'files', numeric: true }, { title: 'size', numeric: true }],
    [
      row('not used by a branch', unreferenced),
      row('never recorded', orphans),
      row('incomplete', temporary),
      row('in use', kept),
    ],
    screen,
  );
}

function outcomeOf(report: GarbageReport, command: string): string {
  if (report.deleted) return 'everything that is not in use was deleted';
  const { unreferenced, orphans, temporary } = report;
  return unreferenced.files + orphans.files + temporary.files === 0
    ? 'there is nothing to delete'
    : `nothing was deleted; ${command} deletes everything that is not in use`;
}

function strangeText(strange: readonly string[]): string {
  const [first] = strange;
  const what = strange.length === 1 ? '1 entry is' : `${count(strange.length)} entries are`;
  return `${what} not of the store and left alone, such as ${first}`;
}
