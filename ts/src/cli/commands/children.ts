import { InvalidArgumentError, Option } from 'commander';
import { CHILDREN_FORMATS, type ChildRow, type ChildrenFormat } from '../../index.js';
import { childrenTable } from '../../records/tables.js';
import { textOf } from '../../records/write-records.js';
import { duration, plural, quality } from '../../text/format.js';
import { defineCommand } from '../define-command.js';
import { tableLines } from '../render/table.js';
import {
  CHILD_OPTIONS,
  ORDER_OPTIONS,
  type OrderFlags,
  selectionOf,
} from '../shell/child-selection.js';
import { runStoppable } from '../shell/interrupt.js';
import { print, printJson } from '../shell/output.js';
import { openNamedRun, RUN_ARGUMENT } from '../shell/run.js';
import { type Screen, screenOf } from '../shell/screen.js';

interface Options extends OrderFlags {
  readonly format?: ChildrenFormat;
  readonly out?: string;
}

export const children = defineCommand<[run?: string], Options>({
  name: 'children',
  group: 'look',
  description: 'list the children of a run: parent, hyperparameters, validation curve, verdict',
  arguments: [RUN_ARGUMENT],
  options: [
    ...CHILD_OPTIONS,
    ...ORDER_OPTIONS,
    new Option('--format <format>', 'write the table in a format that programs read').choices(
      CHILDREN_FORMATS,
    ),
    new Option('--out <file>', 'the file to write (default: standard output)'),
  ],
  async run([name], { format, out, ...globals }) {
    const selection = selectionOf(globals);
    if (out !== undefined && format === undefined) {
      throw new InvalidArgumentError(`--out needs --format: ${CHILDREN_FORMATS.join(', ')}`);
    }
    if (format === 'parquet' && out === undefined) {
      throw new InvalidArgumentError('--format parquet needs --out <file>');
    }
    const run = openNamedRun(name, globals);
    if (format !== undefined && out !== undefined) {
      await runStoppable((signal) => run.writeChildren({ ...selection, format, out, signal }));
      if (globals.json) printJson({ run: run.name, format, file: out });
      else print(`${out} has the children of ${run.name}`);
      return;
    }
    const rows = run.children(selection);
    if (format === 'csv' || format === 'jsonl') {
      process.stdout.write(textOf(childrenTable(rows), format));
      return;
    }
    if (globals.json) return printJson({ run: run.name, children: rows });
    const screen = screenOf(process.stdout);
    print(screen.bold(run.name), ...childLines(rows, run.children().length, screen));
  },
});

/** Returns the lines of the table of `rows`, which are selected from `all` children. */
function childLines(rows: readonly ChildRow[], all: number, screen: Screen): readonly string[] {
  if (all === 0) return [screen.dim('no generation is recorded yet')];
  if (rows.length === 0) return [screen.dim(`none of ${plural(all, 'child', 'children')}`)];
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
