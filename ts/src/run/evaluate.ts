import type { Experiment } from '../domain/experiment.js';
import type { System } from '../domain/system.js';
import type { Splits, TaskName } from '../domain/task.js';
import { modelsOf, type ServingOptions, serving } from '../models/serving.js';
import { evaluateRequest } from '../requests/train.js';
import { bestPaths } from '../state/recall.js';
import type { EvaluationRecord } from '../state/records.js';
import { addressOf, findRun } from '../state/runs.js';
import type { Surroundings } from './context.js';
import { storeOf } from './start.js';

/**
 * Evaluates each retained path of the experiment's tasks that was never tested on the whole test
 * split of its task (method §2.4); once, since a retained path never changes.
 */
export async function testRetained(
  system: System,
  experiment: Experiment,
  { ledger, pool, store, onEvent, signal, clock }: Surroundings,
): Promise<void> {
  const tested = new Set(ledger.evaluations().map(({ path }) => path));
  const visited = new Set(experiment.tasks.map(({ name }) => name));
  const tasks = new Map(ledger.tasks().map((task) => [task.name, task]));
  for (const [name, best] of bestPaths(ledger)) {
    const path = system.paths.get(best);
    const task = tasks.get(name);
    if (!path || !task || !visited.has(name) || tested.has(best)) continue;
    const { batchSize } = experiment.training;
    const request = evaluateRequest(path, 'test', task, system, batchSize, store);
    const { correct, total, outcomes } = await pool.execute(request, {
      ...(signal && { signal }),
    });
    ledger.addEvaluation({ path: best, split: 'test', correct, total, outcomes }, clock());
    onEvent({ type: 'tested', task: name, path: best, correct, total });
  }
}

/**
 * Evaluates the model of a task on a whole split, and records nothing.
 * @throws Mu2NetError TASK_UNKNOWN, and what reading the data throws.
 */
export async function evaluate(
  name: TaskName,
  split: keyof Splits = 'test',
  address: string = findRun(undefined),
  options: ServingOptions = {},
): Promise<EvaluationRecord> {
  const [model] = modelsOf(address, [name]);
  if (!model) throw new Error(`no model for task ${name}`);
  const { path, task, system, batchSize } = model;
  const request = evaluateRequest(
    path,
    split,
    task,
    system,
    batchSize,
    storeOf(addressOf(address).directory),
  );
  const { signal } = options;
  const { correct, total, outcomes } = await serving(options, (pool) =>
    pool.execute(request, { ...(signal && { signal }) }),
  );
  return { path: path.id, split, correct, total, outcomes };
}
