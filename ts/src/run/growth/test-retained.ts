import type { PathId } from '../../domain/path.js';
import type { System } from '../../domain/system.js';
import type { Task, TaskName } from '../../domain/task.js';
import { baselineRequest, evaluateRequest } from '../../requests/evaluate.js';
import type { RunContext } from './context.js';
import type { Evolution } from './evolution.js';

/** The tasks whose models are tested: names, and the best path of each. */
type Models = Iterable<readonly [task: TaskName, best: PathId]>;

/**
 * Tests retained paths of the experiment's tasks on the whole test split of their task (method
 * §2.4), and measures what they should beat. Each path is tested only once, because it never changes.
 */
export async function testRetained(
  models: Models,
  system: System,
  { experiment, tasks }: Pick<Evolution, 'experiment' | 'tasks'>,
  context: RunContext,
): Promise<void> {
  const { ledger, pool, store, emit, clock } = context;
  const visited = new Set(experiment.tasks.map(({ name }) => name));
  for (const [name, best] of models) {
    const path = system.paths.get(best);
    const task = tasks.get(name);
    if (!path || !task || !visited.has(name) || ledger.isEvaluated(best)) continue;
    emit({ type: 'phase', phase: 'testing', task: name });
    const { batchSize } = experiment.training;
    // Before the test, because a run whose models are tested counts as finished.
    await measureBaseline(task, system, batchSize, context);
    const request = evaluateRequest({ path, system, task, split: 'test', batchSize }, store);
    const { correct, total, outcomes } = await pool.execute(request);
    ledger.recordEvaluation({ pathId: best, split: 'test', correct, total, outcomes }, clock());
    emit({ type: 'tested', task: name, pathId: best, correct, total });
  }
}

/** Measures once what a model of a task should beat. */
async function measureBaseline(
  task: Task,
  system: System,
  batchSize: number,
  { ledger, pool, store }: RunContext,
): Promise<void> {
  const path = [...system.paths.values()].find((each) => each.task === null);
  if (!path || ledger.baseline(task) !== null) return;
  const request = baselineRequest({ path, system, task, batchSize }, store);
  ledger.recordBaseline(task, await pool.execute(request));
}
