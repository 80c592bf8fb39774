import type { RequestOf } from '../../../protocol/index.js';
import type { Splits, Task } from '../domain/task.js';
import { taskRequest } from './inspect.js';
import { type Model, modelRequest } from './model.js';

/** An evaluation of a path on a whole split of its task. */
export interface Evaluation extends Model {
  readonly split: keyof Splits;
  readonly task: Task;
  readonly batchSize: number;
}

/** Builds the request that measures what a model of a task should beat: `path` is a root model. */
export function baselineRequest(
  { task, batchSize, ...model }: Omit<Evaluation, 'split'>,
  store: string,
): RequestOf<'baseline'> {
  const { architecture, components } = modelRequest(model);
  return {
    kind: 'baseline',
    store,
    task: taskRequest(task, task.facts.numClasses),
    architecture,
    components: components.filter(({ name }) => name !== 'head'),
    batchSize,
  };
}

/** Builds the request that evaluates a path on a whole split of its task (method §2.4). */
export function evaluateRequest(
  { task, split, batchSize, ...model }: Evaluation,
  store: string,
): RequestOf<'evaluate'> {
  return {
    kind: 'evaluate',
    store,
    task: taskRequest(task, task.facts.numClasses),
    split,
    ...modelRequest(model),
    batchSize,
  };
}

/** How many mistakes of a path are shown, and how large. */
export interface Shown {
  /** Number of wrong predictions, at most. */
  readonly mistakes: number;
  /** Longest side of their images, pixels. */
  readonly largestSide: number;
}

/** Builds the request that counts the predictions of a path by class, and shows mistakes. */
export function examineRequest(
  evaluation: Evaluation,
  { mistakes, largestSide }: Shown,
  store: string,
): RequestOf<'examine'> {
  return { ...evaluateRequest(evaluation, store), kind: 'examine', mistakes, largestSide };
}
