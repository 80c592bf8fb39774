import { Argument } from 'commander';
import type { ShownPath } from '../../index.js';
import { count, metric, percent, plural, quality } from '../../text/format.js';
import { pairs, table } from '../../text/table.js';
import { defineCommand } from '../define-command.js';
import { type Colors, colorsOf, print, printJson } from '../shell/output.js';
import { openNamedRun, RUN_OPTION } from '../shell/run.js';

interface Options {
  readonly run?: string;
}

export const show = defineCommand<[which: string], Options>({
  name: 'show',
  group: 'look',
  description: 'a model: its components, who shares them, its lineage and hyperparameters',
  arguments: [
    new Argument('<path|task>', 'number of a retained path, or a task for its best path'),
  ],
  options: [RUN_OPTION],
  run([which], { run: name, ...globals }) {
    const path = openNamedRun(name, globals).show(which);
    if (globals.json) printJson(path);
    else print(...pathLines(path, colorsOf(process.stdout)));
  },
});

function pathLines(path: ShownPath, { bold, dim }: Colors): readonly string[] {
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
