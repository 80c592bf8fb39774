import type { ChildRow } from '../../index.js';
import { duration, plural, quality } from '../../text/format.js';
import { defineCommand } from '../define-command.js';
import { tableLines } from '../render/table.js';
import { print, printJson } from '../shell/output.js';
import { openNamedRun, RUN_ARGUMENT } from '../shell/run.js';
import { type Screen, screenOf } from '../shell/screen.js';

export const children = defineCommand<[run?: string]>({
  name: 'children',
  group: 'look',
  description: 'list every child of a run: parent, hyperparameters, validation curve, verdict',
  arguments: [RUN_ARGUMENT],
  run([name], globals) {
    const run = openNamedRun(name, globals);
    const rows = run.children();
    if (globals.json) return printJson({ run: run.name, children: rows });
    const screen = screenOf(process.stdout);
    print(screen.bold(run.name), ...childLines(rows, screen));
  },
});

function childLines(rows: readonly ChildRow[], screen: Screen): readonly string[] {
  if (rows.length === 0) return [screen.dim('no generation is recorded yet')];
  return tableLines(
    [
      { title: 'path', numeric: true },
      { title: 'parent', numeric: true },
      { title: 'task' },
      { title: 'generation', leaves: 3 },
      { title: 'validations', flexible: true, leaves: 4 },
      { title: 'score', numeric: true },
      { title: 'time', numeric: true, leaves: 2 },
      { title: 'worker', leaves: 1 },
      { title: 'hyperparameters', flexible: true, leaves: 5 },
      { title: 'verdict', flexible: true },
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
    screen,
  );
}

/** Names the hyperparameters that matter most: `lr 0.01, momentum 0.9, 4 layers, 32 px`. */
function hyperparametersText({ hyperparameters }: ChildRow): string {
  const { opt_lr, opt_momentum, num_layers, ds_image_size } = hyperparameters;
  return `lr ${opt_lr}, momentum ${opt_momentum ?? 'none'}, ${plural(num_layers, 'layer')}, ${ds_image_size} px`;
}
