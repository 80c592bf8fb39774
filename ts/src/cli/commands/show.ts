import type { Command } from 'commander';
import { findRun } from '../../state/runs.js';
import { count, metric, percent, plural, quality } from '../../text/format.js';
import { pairs, table } from '../../text/table.js';
import { type ShownPath, showOf } from '../../views/show.js';
import { folderOf, optionsOf } from '../shell/globals.js';
import { type Colors, colorsOf, print, printJson } from '../shell/output.js';

interface Options {
  readonly run?: string;
}

export function addShow(program: Command): void {
  program
    .command('show')
    .description('a model: its components, who shares them, its lineage and hyperparameters')
    .argument('<path|task>', 'number of a retained path, or a task for its best path')
    .option('--run <run>', 'name or directory of the run, or run:branch (default: the latest)')
    .action((which: string, _own: Options, command: Command) => {
      const { run, ...globals } = optionsOf<Options>(command);
      const shown = showOf(which, findRun(run, folderOf(globals)));
      if (globals.json) printJson(shown);
      else print(...shownLines(shown, colorsOf(process.stdout)));
    });
}

function shownLines(path: ShownPath, { bold, dim }: Colors): readonly string[] {
  const { components, lineage, hyperparameters } = path;
  const parameters = components.reduce((sum, component) => sum + component.parameters, 0);
  const ancestors = [...lineage]
    .reverse()
    .map(({ pathId, task, quality: reached }) =>
      task === null ? 'root' : `${pathId} ${task} ${quality(reached)}`,
    );
  const [titles = '', ...rows] = table(
    [
      { title: 'component' },
      { title: 'parameters', numeric: true },
      { title: 'origin' },
      { title: 'id' },
      { title: 'used by' },
    ],
    components.map((component) => [
      component.name,
      count(component.parameters),
      component.origin,
      component.id,
      component.users.join(', '),
    ]),
  );
  const values = Object.entries(hyperparameters).map(
    ([name, value]) =>
      [name, Array.isArray(value) ? `[${value.join(', ')}]` : String(value)] as const,
  );
  const title = `path ${path.pathId}  ${path.task ?? 'root model'}`;
  return [
    `${bold(title)}${path.living ? '' : dim('  (superseded: only its record is kept)')}`,
    ...pairs([
      ['validation', percent(path.quality)],
      ['test', percent(path.testAccuracy)],
      ['score', quality(path.score)],
      ['size', `${metric(parameters)} parameters in ${plural(components.length, 'component')}`],
      ['lineage', ancestors.join(' → ')],
    ]).map((line) => `  ${line}`),
    '',
    dim(titles),
    ...rows,
    '',
    dim('hyperparameters'),
    ...pairs(values).map((line) => `  ${line}`),
  ];
}
