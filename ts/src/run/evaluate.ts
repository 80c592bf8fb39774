import type { Experiment } from '../domain/experiment.js';
import type { System } from '../domain/system.js';
import { bestPaths } from '../state/recall.js';
import { evaluateRequest } from './compile.js';
import type { Surroundings } from './surroundings.js';

/**
 * Evaluates each retained path that was never tested on the whole test split of its task (method
 * §2.4); once, since a retained path never changes.
 */
export async function testRetained(
  system: System,
  experiment: Experiment,
  { ledger, pool, store, onEvent, signal, clock }: Surroundings,
): Promise<void> {
  const tested = new Set(ledger.evaluations().map(({ path }) => path));
  const tasks = new Map(ledger.tasks().map((task) => [task.name, task]));
  for (const [name, best] of bestPaths(ledger)) {
    const path = system.paths.get(best);
    const task = tasks.get(name);
    if (!path || !task || tested.has(best)) continue;
    const { batchSize } = experiment.training;
    const request = evaluateRequest(path, 'test', task, system, batchSize, store);
    const { correct, total } = await pool.execute(request, { ...(signal && { signal }) });
    ledger.addEvaluation({ path: best, split: 'test', correct, total }, clock());
    onEvent({ type: 'tested', task: name, path: best, correct, total });
  }
}
