import { Argument, Option } from 'commander';
import type { Splits } from '../../index.js';
import { count, percent, plural } from '../../text/format.js';
import { defineCommand } from '../define-command.js';
import { runStoppable } from '../shell/interrupt.js';
import { print, printJson } from '../shell/output.js';
import { POOL_OPTIONS, type PoolFlags, poolOf } from '../shell/pool.js';
import { withProgress } from '../shell/progress.js';
import { MODEL_RUN_OPTION, openModelRun } from '../shell/run.js';

interface Options extends PoolFlags {
  readonly run?: string;
  readonly split: keyof Splits;
}

export const evaluate = defineCommand<[task: string], Options>({
  name: 'eval',
  group: 'use',
  description: "evaluate a task's model on a whole split; nothing is recorded",
  arguments: [new Argument('<task>', 'a task of the run')],
  options: [
    new Option('--split <split>', 'which images')
      .choices(['train', 'validation', 'test'])
      .default('test'),
    MODEL_RUN_OPTION,
    ...POOL_OPTIONS,
  ],
  async run([task], { run: name, split, ...globals }) {
    const run = openModelRun(name, globals);
    const evaluation = await withProgress(`evaluating ${task}`, globals, () =>
      runStoppable((signal) => run.evaluate(task, { split, signal, pool: poolOf(globals) })),
    );
    const { outcomes, ...sums } = evaluation;
    if (globals.json) return printJson({ run: run.name, ...sums });
    const { pathId, correct, total, accuracy } = sums;
    print(
      `${task}  ${split}  ${percent(accuracy)}  ${count(correct)} of ${plural(total, 'image')}  path ${pathId}`,
    );
  },
});
