import type { TaskModel } from '../models/models.js';
import type { Pool } from '../pool/pool.js';
import { classifyRequest } from '../requests/model.js';
import type { PredictAnswer, TasksAnswer } from './documents.js';
import { Refusal } from './refusal.js';

/** An image to classify. */
export interface ImageInput {
  readonly content: Uint8Array;
  /** How many classes to name. */
  readonly top: number;
}

type Classes = PredictAnswer['predictions'][number]['classes'];
/** The classes of an image by task, or why it cannot be decoded. */
export type Verdict = ReadonlyMap<string, Classes> | { readonly message: string };

/** The smallest image: one grey pixel, as PGM. */
const DOT = Buffer.from('P5 1 1 255\n\0', 'latin1');

/** The models that are served, by task, in the order of the run. */
export class ServedModels {
  readonly #models: ReadonlyMap<string, TaskModel>;
  readonly #largestPixels: number;

  constructor(models: readonly TaskModel[], largestPixels: number) {
    this.#models = new Map(models.map((model) => [model.task.name, model]));
    this.#largestPixels = largestPixels;
  }

  /** Describes the tasks. */
  describe(): TasksAnswer['tasks'] {
    return [...this.#models.values()].map(({ task, path }) => ({
      name: task.name,
      classes: path.hyperparameters.num_classes,
      classNames: task.classNames ? [...task.classNames] : null,
      imageSize: path.hyperparameters.ds_image_size,
    }));
  }

  /**
   * Returns the tasks as they were asked for, and a key that is equal for equal sets of them.
   * @throws Refusal TASK_UNKNOWN
   */
  select(names: readonly string[] | null): { tasks: readonly string[]; key: string } {
    const all = [...this.#models.keys()];
    const tasks = names ?? all;
    for (const name of tasks) {
      if (this.#models.has(name)) continue;
      const known = all.join(', ');
      throw new Refusal('TASK_UNKNOWN', `tasks: '${name}' is not served; there are ${known}`);
    }
    return { tasks, key: JSON.stringify(all.filter((name) => tasks.includes(name))) };
  }

  /** Classifies images by the models of a key; what the models share is computed once. */
  async classify(
    pool: Pool,
    key: string,
    images: readonly ImageInput[],
  ): Promise<readonly Verdict[]> {
    const models = this.#of(key);
    const request = classifyRequest(
      images.map(({ content }) => content),
      models,
      {
        top: Math.max(...images.map(({ top }) => top)),
        largestPixels: this.#largestPixels,
        store: models[0]?.store ?? '',
      },
    );
    const { verdicts } = await pool.execute(request);
    return verdicts.map((verdict, nth) => {
      if (verdict.kind === 'unreadable') return { message: verdict.message };
      const { top } = images[nth] ?? { top: 0 };
      return new Map(
        models.map(({ task }, at) => [
          task.name,
          (verdict.predictions[at] ?? []).slice(0, top).map(({ label, probability }) => ({
            label,
            name: task.classNames?.[label] ?? null,
            probability,
          })),
        ]),
      );
    });
  }

  /**
   * Loads and compiles everything on every worker: a batch of each size that occurs, which are the
   * powers of two.
   */
  async warmUp(pool: Pool, maxBatch: number): Promise<void> {
    const { key } = this.select(null);
    for (let size = 1; size < 2 * maxBatch; size *= 2) {
      const images = Array.from({ length: Math.min(size, maxBatch) }, () => ({
        content: DOT,
        top: 1,
      }));
      // Each worker has one request at a time, so that each gets one of these.
      await Promise.all(pool.workers().map(() => this.classify(pool, key, images)));
    }
  }

  #of(key: string): readonly TaskModel[] {
    const names: readonly string[] = JSON.parse(key);
    return names.flatMap((name) => this.#models.get(name) ?? []);
  }
}
