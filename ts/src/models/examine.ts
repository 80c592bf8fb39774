import type { ResultOf } from '../../../protocol/index.js';
import type { PathId } from '../domain/path.js';
import type { Splits, TaskName } from '../domain/task.js';
import { examineRequest } from '../requests/evaluate.js';
import { type PoolOptions, withPool } from '../sidecar/with-pool.js';
import type { Address } from '../state/runs.js';
import { modelOf } from './models.js';

/** Selects the images that a model is examined on, how many mistakes are shown, and the workers. */
export interface ExamineOptions extends PoolOptions {
  /** The split whose images are classified; `test` by default. */
  readonly split?: keyof Splits | undefined;
  /** How many wrong predictions are shown at most; 24 by default. */
  readonly mistakes?: number | undefined;
  /** Longest side of their images, in pixels; larger ones are scaled down to it; 96 by default. */
  readonly largestSide?: number | undefined;
  /** Called when a worker is there. */
  readonly onBegin?: (() => void) | undefined;
}

/** Predictions of a task's model on a whole split, by class, and its mistakes. */
export interface ModelExamination {
  readonly task: TaskName;
  readonly pathId: PathId;
  readonly split: keyof Splits;
  readonly correct: number;
  readonly total: number;
  /** In the order of labels; null if the classes have no names. */
  readonly classNames: readonly string[] | null;
  /** The cells of the confusion matrix that are not 0, by label, then by prediction. */
  readonly cells: readonly {
    readonly label: number;
    readonly predicted: number;
    readonly count: number;
  }[];
  /** Wrong predictions, the most confident one first. */
  readonly mistakes: readonly ShownMistake[];
}

/** An image that a model classified wrongly. */
export interface ShownMistake {
  /** Place of the image in the split, from 0. */
  readonly index: number;
  readonly label: number;
  readonly predicted: number;
  /** The model's probability of the predicted class, in [0, 1]. */
  readonly probability: number;
  /** The model's probability of the label, in [0, 1]. */
  readonly labelProbability: number;
  /** The image as a PNG file. */
  readonly png: Uint8Array;
}

/**
 * Examines the predictions of a task's model on a whole split. The result is not recorded.
 * @throws Mu2NetError TASK_UNKNOWN, and the errors of reading data.
 */
export async function examineModel(
  address: Address,
  task: TaskName,
  { split = 'test', mistakes = 24, largestSide = 96, onBegin, ...options }: ExamineOptions = {},
): Promise<ModelExamination> {
  const model = modelOf(address, task);
  const shown = { mistakes, largestSide };
  const request = examineRequest({ ...model, split }, shown, model.store);
  const answer: ResultOf<'examine'> = await withPool(options, (pool) => {
    onBegin?.();
    return pool.execute(request);
  });
  const { kind: _, ...found } = answer;
  return {
    task,
    pathId: model.path.id,
    split,
    classNames: model.task.classNames ?? null,
    ...found,
  };
}
