import type { RequestOf } from '../../../protocol/index.js';
import type { Splits, Task } from '../domain/task.js';
import { taskRequest } from './inspect.js';
import { type Model, modelRequest } from './model.js';

/** What is evaluated: a path of a system, on a whole split of its task. */
export interface Evaluation extends Model {
  readonly split: keyof Splits;
  readonly task: Task;
  readonly batchSize: number;
}

/** Builds the request that evaluates a path on a whole split of its task. */
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
