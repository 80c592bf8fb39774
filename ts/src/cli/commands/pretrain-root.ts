import { Argument, InvalidArgumentError, Option } from 'commander';
import { stringify } from 'yaml';
import { architectureName } from '../../domain/architecture.js';
import {
  type Overrides,
  type PretrainProgress,
  pretrainRoot as pretrain,
  RECIPE,
  type Recipe,
} from '../../index.js';
import { percent } from '../../text/format.js';
import { defineCommand } from '../define-command.js';
import { readExperiment, SET_OPTION } from '../shell/experiment.js';
import { type Globals, logLevelOf } from '../shell/globals.js';
import { runStoppable } from '../shell/interrupt.js';
import { isShown } from '../shell/log-level.js';
import { print, printJson } from '../shell/output.js';
import { type Progress, withProgress } from '../shell/progress.js';

interface Options extends Recipe {
  readonly out?: string;
  readonly set: Overrides;
}

export const pretrainRoot = defineCommand<[config: string], Options>({
  name: 'pretrain-root',
  group: 'grow',
  description: 'train a root model on the tasks of a configuration; resumes if it was interrupted',
  arguments: [new Argument('<config>', 'YAML file: tasks, architecture, batch size, augmentation')],
  options: [
    new Option(
      '--out <folder>',
      "folder of the checkpoint (default: roots/<the configuration's name>)",
    ),
    new Option('--steps <n>', 'steps of training')
      .default(null, 'those of a child on each task')
      .argParser(between(1, 0xffff_ffff, true)),
    recipeOption('--learning-rate <rate>', 'of AdamW, at its peak', RECIPE.learningRate, 1),
    recipeOption('--warmup <share>', 'share of the steps that is warm-up', RECIPE.warmup, 1),
    recipeOption('--weight-decay <rate>', 'of matrices', RECIPE.weightDecay, 1),
    recipeOption('--label-smoothing <share>', 'spread over all classes', RECIPE.labelSmoothing, 1),
    recipeOption('--warp <strength>', 'how far images are turned and bent', RECIPE.warp, 1),
    recipeOption('--recolour <share>', 'of images in two random colours', RECIPE.recolour, 1),
    SET_OPTION,
  ],
  async run([config], { out, set, ...globals }) {
    const { json } = globals;
    const experiment = readExperiment(config, { set });
    const folder = out ?? `roots/${experiment.name}`;
    const { steps, learningRate, warmup, weightDecay, labelSmoothing, warp, recolour } = globals;
    const root = await withProgress('starting', globals, (shown) =>
      runStoppable((signal) => {
        const onProgress = json ? printProgress : progressLines(shown, globals);
        const recipe = { steps, learningRate, warmup, weightDecay, labelSmoothing, warp, recolour };
        return pretrain(experiment, folder, { signal, onProgress, recipe });
      }),
    );
    const name = architectureName(experiment.architecture);
    if (json) return printJson({ type: 'root', architecture: name, ...root });
    print(
      ...Object.entries(root.qualities).map(([task, quality]) => `${task}  ${percent(quality)}`),
      '',
      'to start an experiment from it, write in its configuration:',
      `  root: { architecture: ${name}, checkpoint: ${quoted(root.checkpoint)} }`,
    );
  },
});

/** An option of the recipe, a number from 0 to a bound. */
function recipeOption(flags: string, description: string, usual: number, most: number): Option {
  return new Option(flags, description).default(usual).argParser(between(0, most, false));
}

/** Reads a number of the command line. */
function between(least: number, most: number, whole: boolean) {
  return (text: string): number => {
    const value = text.trim() === '' ? Number.NaN : Number(text);
    if (value >= least && value <= most && (!whole || Number.isInteger(value))) return value;
    throw new InvalidArgumentError(
      `It must be a ${whole ? 'whole ' : ''}number from ${least} to ${most}.`,
    );
  };
}

const printProgress = (progress: PretrainProgress) => printJson({ type: 'progress', ...progress });

/** Writes a path as a value of YAML, in quotes if it needs them. */
function quoted(path: string): string {
  return stringify([path], { collectionStyle: 'flow', lineWidth: 0 }).trim().slice(1, -1).trim();
}

/** Shows how far the training is, and prints a line for each validation. */
function progressLines(shown: Progress, globals: Globals): (progress: PretrainProgress) => void {
  let seen = 0;
  return ({ step, steps, qualities }) => {
    const text = `step ${step} of ${steps}`;
    shown.show(qualities.length ? `${text}  ${percent(qualities.at(-1) ?? null)}` : text);
    if (qualities.length === seen) return;
    seen = qualities.length;
    if (!isShown('info', logLevelOf(globals))) return;
    shown.print(`${text}  ${percent(qualities.at(-1) ?? null)}`);
  };
}
