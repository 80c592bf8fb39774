import { join, resolve } from 'node:path';
import type { ResultOf } from '../../../protocol/index.js';
import { Mu2NetError } from '../domain/errors.js';
import type { Experiment } from '../domain/experiment.js';
import type { Task, TaskName } from '../domain/task.js';
import type { Pool } from '../pool/pool.js';
import { pretrainRequest, RECIPE, type Recipe } from '../requests/pretrain.js';
import { type PoolOptions, withPool } from '../sidecar/with-pool.js';
import { inspectTasks } from './inspect.js';

/** How far the training of a root model is. */
export interface PretrainProgress {
  readonly step: number;
  readonly steps: number;
  /** Mean validation accuracy over the tasks, at each validation so far. */
  readonly qualities: readonly number[];
}

/** A validation of a root model in training. */
export interface RootValidation {
  readonly step: number;
  /** Mean loss of the steps since the validation before. */
  readonly loss: number;
  /** Accuracy in [0, 1] on each task, where the model tells the classes of all tasks apart. */
  readonly accuracies: Readonly<Record<TaskName, number>>;
}

/** A trained root model. */
export interface PretrainedRoot {
  /** The file that was written, in AugReg's layout and half precision. */
  readonly checkpoint: string;
  /** The sha256 of the file. */
  readonly sha256: string;
  /** Validation accuracy in [0, 1] at the end, on each task. */
  readonly qualities: Readonly<Record<TaskName, number>>;
  /** All validations, in order. */
  readonly curve: readonly RootValidation[];
}

/** Options of {@link pretrainRoot}. */
export interface PretrainOptions extends PoolOptions {
  /** Changes to the usual recipe. */
  readonly recipe?: Partial<Recipe> | undefined;
  /** Called as the root model trains. */
  readonly onProgress?: ((progress: PretrainProgress) => void) | undefined;
}

/**
 * Trains a root model from random weights, by AdamW. Each batch mixes the tasks of the experiment,
 * and the model learns to tell the classes of all of them apart. The experiment says architecture,
 * augmentation, batch size and validation; `recipe` says the rest.
 *
 * An interrupted training goes on where it was validated last, if it is asked for again.
 *
 * @param folder gets `model.npz` in AugReg's layout, which `root.checkpoint` takes, and
 *   `pretraining.npz`, from which training goes on.
 * @throws Mu2NetError DIVERGED, and whatever reading the data throws.
 *
 * @example
 * const experiment = loadExperiment('tiny.yaml');
 * const { checkpoint } = await pretrainRoot(experiment, 'roots/tiny', { pool });
 * const next = loadExperiment('tiny.yaml', { set: { 'root.checkpoint': checkpoint } });
 */
export async function pretrainRoot(
  experiment: Experiment,
  folder: string,
  options: PretrainOptions = {},
): Promise<PretrainedRoot> {
  return await withPool(options, (pool) => trainRoot(experiment, resolve(folder), pool, options));
}

async function trainRoot(
  experiment: Experiment,
  folder: string,
  pool: Pool,
  { recipe, onProgress = () => {} }: PretrainOptions,
): Promise<PretrainedRoot> {
  const tasks = await inspectTasks(experiment.tasks, pool);
  const request = pretrainRequest(experiment, tasks, { ...RECIPE, ...recipe }, folder);
  const { file, sha256, validations } = await pool.execute(request, {
    onProgress: ({ step, steps, qualities }) => onProgress({ step, steps, qualities }),
  });
  const curve = validations.map((each) => validationOf(each, tasks));
  if (file === null || sha256 === null) {
    throw new Mu2NetError(
      'DIVERGED',
      `the root model diverged after step ${curve.at(-1)?.step ?? 0}; lower the learning rate of the recipe, or name another folder`,
    );
  }
  const qualities = curve.at(-1)?.accuracies ?? {};
  return { checkpoint: join(folder, file), sha256, qualities, curve };
}

type WireValidation = ResultOf<'pretrain'>['validations'][number];

function validationOf(
  { step, loss, accuracies }: WireValidation,
  tasks: readonly Task[],
): RootValidation {
  const named = tasks.map(({ name }, nth) => [name, accuracies[nth] ?? 0] as const);
  return { step, loss, accuracies: Object.fromEntries(named) };
}
