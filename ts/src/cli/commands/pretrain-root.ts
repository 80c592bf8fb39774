import { Argument, Option } from 'commander';
import { stringify } from 'yaml';
import { architectureName } from '../../domain/architecture.js';
import { type Overrides, type PretrainProgress, pretrainRoot as pretrain } from '../../index.js';
import { percent } from '../../text/format.js';
import { defineCommand } from '../define-command.js';
import { readExperiment, SET_OPTION } from '../shell/experiment.js';
import { type Globals, logLevelOf } from '../shell/globals.js';
import { runStoppable } from '../shell/interrupt.js';
import { isShown } from '../shell/log-level.js';
import { print, printJson } from '../shell/output.js';
import { type Progress, withProgress } from '../shell/progress.js';

interface Options {
  readonly out?: string;
  readonly set: Overrides;
}

export const pretrainRoot = defineCommand<[config: string], Options>({
  name: 'pretrain-root',
  group: 'grow',
  description: 'train a root model on the tasks of a configuration',
  arguments: [new Argument('<config>', 'YAML file, whose hyperparameters apply to the training')],
  options: [
    new Option(
      '--out <folder>',
      "folder of the checkpoint (default: roots/<the configuration's name>)",
    ),
    SET_OPTION,
  ],
  async run([config], { out, set, ...globals }) {
    const { json } = globals;
    const experiment = readExperiment(config, { set });
    const folder = out ?? `roots/${experiment.name}`;
    const { checkpoint, qualities } = await withProgress('starting', globals, (shown) =>
      runStoppable((signal) => {
        const onProgress = json ? printProgress : progressLines(shown, globals);
        return pretrain(experiment, folder, { signal, onProgress });
      }),
    );
    const name = architectureName(experiment.architecture);
    if (json) return printJson({ type: 'root', architecture: name, checkpoint, qualities });
    print(
      ...Object.entries(qualities).map(([task, quality]) => `${task}  ${percent(quality)}`),
      '',
      'to start an experiment from it, write in its configuration:',
      `  root: { architecture: ${name}, checkpoint: ${quoted(checkpoint)} }`,
    );
  },
});

const printProgress = (progress: PretrainProgress) => printJson({ type: 'progress', ...progress });

/** Writes a path as a value of YAML, in quotes if it needs them. */
function quoted(path: string): string {
  return stringify([path], { collectionStyle: 'flow', lineWidth: 0 }).trim().slice(1, -1).trim();
}

/** Shows how far the training is, and prints a line for each validation. */
function progressLines(shown: Progress, globals: Globals): (progress: PretrainProgress) => void {
  let seen = '';
  return ({ task, turn, turns, step, steps, qualities }) => {
    const text = `${task}  turn ${turn} of ${turns}  step ${step} of ${steps}`;
    shown.show(text);
    const now = `${turn} ${qualities.length}`;
    if (now === seen || qualities.length === 0) return;
    seen = now;
    if (!isShown('info', logLevelOf(globals))) return;
    shown.print(`${text}  ${percent(qualities.at(-1) ?? null)}`);
  };
}
