import type { ChildRow } from '../../index.js';
import { duration, plural, quality } from '../../text/format.js';
import { table } from '../../text/table.js';
import { defineCommand } from '../define-command.js';
import { type Colors, colorsOf, print, printJson } from '../shell/output.js';
import { openNamedRun, RUN_ARGUMENT } from '../shell/run.js';

export const children = defineCommand<[run?: string]>({
  name: 'children',
  group: 'look',
  description: 'list every child of a run: parent, hyperparameters, validation curve, verdict',
  arguments: [RUN_ARGUMENT],
  run([name], globals) {
    const run = openNamedRun(name, globals);
    const rows = run.children();
    if (globals.json) return printJson({ run: run.name, children: rows });
    const colors = colorsOf(process.stdout);
    print(colors.bold(run.name), ...childLines(rows, colors));
  },
});

function childLines(rows: readonly ChildRow[], { dim }: Colors): readonly string[] {
  if (rows.length === 0) return [dim('no generation is recorded yet')];
  const [titles = '', ...lines] = table(
    [
      { title: 'path', numeric: true },
      { title: 'parent', numeric: true },
      { title: 'task' },
      { title: 'generation' },
      { title: 'validations' },
      { title: 'score', numeric: true },
      { title: 'time', numeric: true },
      { title: 'worker' },
      { title: 'hyperparameters' },
      { title: 'verdict' },
    ],
    rows.map((row) => [
      String(row.pathId),
      String(row.parentId),
      row.task,
      `${row.iteration}.${row.generation}`,
      row.qualities.map((each) => each.toFixed(3)).join(' '),
      quality(row.score),
      duration(row.trainSeconds),
      row.worker ?? '–',
      hyperparametersText(row),
      `${row.retained ? 'retained' : 'discarded'}: ${row.reason}`,
    ]),
  );
  return [dim(titles), ...lines];
}

/** Names the hyperparameters that matter most: `lr 0.01, momentum 0.9, 4 layers, 32 px`. */
function hyperparametersText({ hyperparameters }: ChildRow): string {
  const { opt_lr, opt_momentum, num_layers, ds_image_size } = hyperparameters;
  return `lr ${opt_lr}, momentum ${opt_momentum ?? 'none'}, ${plural(num_layers, 'layer')}, ${ds_image_size} px`;
}
