import { type Command, Option } from 'commander';
import type { Splits } from '../../domain/task.js';
import { evaluate } from '../../models/evaluate.js';
import { findRun } from '../../state/runs.js';
import { count, percent, plural } from '../../text/format.js';
import { folderOf, optionsOf } from '../shell/globals.js';
import { used } from '../shell/interrupt.js';
import { print, printJson } from '../shell/output.js';

interface Options {
  readonly run?: string;
  readonly split: keyof Splits;
}

export function addEval(program: Command): void {
  program
    .command('eval')
    .description("evaluate a task's model on a whole split; nothing is recorded")
    .argument('<task>', 'a task of the run')
    .addOption(
      new Option('--split <split>', 'which images')
        .choices(['train', 'validation', 'test'])
        .default('test'),
    )
    .option('--run <run>', 'name or directory of the run (default: the latest)')
    .action(async (task: string, _own: Options, command: Command) => {
      const { run, split, ...globals } = optionsOf<Options>(command);
      const directory = findRun(run, folderOf(globals));
      const evaluated = await used((signal) => evaluate(task, split, directory, { signal }));
      const { path, correct, total } = evaluated;
      const accuracy = correct / total;
      if (globals.json) return printJson({ task, pathId: path, split, correct, total, accuracy });
      print(
        `${task}  ${split}  ${percent(accuracy)}  ${count(correct)} of ${plural(total, 'image')}  path ${path}`,
      );
    });
}
