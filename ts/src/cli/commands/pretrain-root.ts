import type { Command } from 'commander';
import type { Overrides } from '../../config/index.js';
import { type PretrainProgress, pretrainRoot } from '../../run/pretrain.js';
import { percent } from '../../text/format.js';
import { loadNoting, setOption } from '../shell/experiment.js';
import { optionsOf } from '../shell/globals.js';
import { used } from '../shell/interrupt.js';
import { print, printJson } from '../shell/output.js';

interface Options {
  readonly out?: string;
  readonly set: Overrides;
}

export function addPretrainRoot(program: Command): void {
  program
    .command('pretrain-root')
    .description('train a root model on the tasks of a configuration')
    .argument('<config>', 'YAML file; its hyperparameters are those of the training')
    .option(
      '--out <folder>',
      "where the checkpoint goes (default: roots/<the configuration's name>)",
    )
    .addOption(setOption())
    .action(async (config: string, _own: Options, command: Command) => {
      const { out, set, json } = optionsOf<Options>(command);
      const { experiment } = loadNoting(config, set);
      const folder = out ?? `roots/${experiment.name}`;
      const show: (progress: PretrainProgress) => void = json
        ? (progress) => printJson({ type: 'progress', ...progress })
        : progressLines();
      const { checkpoint, qualities } = await used((signal) =>
        pretrainRoot(experiment, folder, {
          signal,
          onProgress: show,
        }),
      );
      if (json) return printJson({ type: 'root', checkpoint, qualities });
      print(
        ...Object.entries(qualities).map(([task, quality]) => `${task}  ${percent(quality)}`),
        '',
        'start an experiment from it:',
        `  root: { architecture: …, checkpoint: ${checkpoint} }`,
      );
    });
}

/** Prints a line for each validation. */
function progressLines(): (progress: PretrainProgress) => void {
  let seen = '';
  return ({ task, turn, turns, step, steps, qualities }) => {
    const now = `${turn} ${qualities.length}`;
    if (now === seen || qualities.length === 0) return;
    seen = now;
    print(
      `${task}  turn ${turn} of ${turns}  step ${step} of ${steps}  ${percent(qualities.at(-1) ?? null)}`,
    );
  };
}
