import { resolve } from 'node:path';
import type { TaskName } from '../domain/task.js';
import { predictRequest } from '../requests/model.js';
import { type PoolOptions, withPool } from '../sidecar/with-pool.js';
import { readRun } from '../state/record/ledger.js';
import type { Address } from '../state/runs.js';
import { modelsOf } from './models.js';

/** The most probable classes of an image, according to a task's model. */
export interface Prediction {
  readonly image: string;
  readonly task: TaskName;
  /** The most probable class first. */
  readonly classes: readonly {
    readonly label: number;
    /** The class's name when the task was learned; null if its classes had no names. */
    readonly name: string | null;
    /** In [0, 1]. */
    readonly probability: number;
  }[];
}

/** Selects the models that classify images, and the workers. */
export interface PredictOptions extends PoolOptions {
  /** Tasks whose models classify the images; all tasks by default. */
  readonly tasks?: readonly TaskName[] | undefined;
  /** How many classes a prediction names; 5 by default. */
  readonly top?: number | undefined;
}

/**
 * Classifies image files with the models of a run. A prefix that several models have in common is
 * computed once per image.
 *
 * @throws Mu2NetError TASK_UNKNOWN, DATA_MISSING, IMAGE_UNDECODABLE
 */
export async function predictImages(
  address: Address,
  images: readonly string[],
  { tasks = [], top = 5, ...options }: PredictOptions = {},
): Promise<readonly Prediction[]> {
  const models = modelsOf(address, tasks);
  const files = images.map((image) => resolve(image));
  const store = readRun(address, (ledger) => ledger.store());
  const request = predictRequest(files, models, top, store);
  const { predictions } = await withPool(options, (pool) => pool.execute(request));
  return images.flatMap((image, nth) =>
    models.map(({ task }, at): Prediction => {
      const classes = (predictions[nth]?.[at] ?? []).map(({ label, probability }) => ({
        label,
        name: task.classNames?.[label] ?? null,
        probability,
      }));
      return { image, task: task.name, classes };
    }),
  );
}
