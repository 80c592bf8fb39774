import type { PathId } from '../domain/path.js';
import type { Splits, TaskName } from '../domain/task.js';
import { evaluateRequest } from '../requests/evaluate.js';
import { type PoolOptions, withPool } from '../sidecar/with-pool.js';
import type { Address } from '../state/runs.js';
import { modelOf } from './models.js';

/** Selects the images that a model is evaluated on, and the workers. */
export interface EvaluateOptions extends PoolOptions {
  /** The split whose images are classified; `test` by default. */
  readonly split?: keyof Splits | undefined;
}

/** The result of a task's model on a whole split. */
export interface Evaluation {
  readonly task: TaskName;
  readonly pathId: PathId;
  readonly split: keyof Splits;
  readonly correct: number;
  readonly total: number;
  /** `correct / total`, in [0, 1]. */
  readonly accuracy: number;
  /** One bit per image, in the order of the split, highest bit first: 1 means correct. */
  readonly outcomes: Uint8Array;
}

/**
 * Evaluates the model of a task on a whole split. The result is not recorded.
 * @throws Mu2NetError TASK_UNKNOWN, and the errors of reading data.
 */
export async function evaluateModel(
  address: Address,
  task: TaskName,
  { split = 'test', ...options }: EvaluateOptions = {},
): Promise<Evaluation> {
  const model = modelOf(address, task);
  const request = evaluateRequest({ ...model, split }, model.store);
  const answer = await withPool(options, (pool) => pool.execute(request));
  const { correct, total, outcomes } = answer;
  const pathId = model.path.id;
  return { task, pathId, split, correct, total, accuracy: correct / total, outcomes };
}
