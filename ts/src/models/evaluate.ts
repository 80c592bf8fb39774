import type { Splits, TaskName } from '../domain/task.js';
import { evaluateRequest } from '../requests/evaluate.js';
import { type PoolOptions, withPool } from '../sidecar/with-pool.js';
import { storeOf } from '../state/directory.js';
import type { EvaluationRecord } from '../state/records.js';
import { addressOf, findRun } from '../state/runs.js';
import { modelsOf } from './models.js';

/**
 * Evaluates the model of a task on a whole split, and records nothing.
 * @throws Mu2NetError TASK_UNKNOWN, and what reading the data throws.
 */
export async function evaluate(
  name: TaskName,
  split: keyof Splits = 'test',
  address: string = findRun(undefined),
  options: PoolOptions = {},
): Promise<EvaluationRecord> {
  const [model] = modelsOf(address, [name]);
  if (!model) throw new Error(`no model for task ${name}`);
  const request = evaluateRequest({ ...model, split }, storeOf(addressOf(address).directory));
  const { signal } = options;
  const { correct, total, outcomes } = await withPool(options, (pool) =>
    pool.execute(request, { ...(signal && { signal }) }),
  );
  return { path: model.path.id, split, correct, total, outcomes };
}
