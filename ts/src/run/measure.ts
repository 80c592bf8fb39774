import type { Measurement } from '../../../protocol/index.js';
import { budgetOf } from '../domain/budget.js';
import type { Task } from '../domain/task.js';
import type { Child, Generation } from '../evolution/index.js';
import { trainRequest } from '../requests/train.js';
import type { RunContext } from './context.js';
import type { Evolution } from './evolution.js';

/** Measures a generation's children, in their order: takes recorded measurements, trains the rest. */
export async function measureGeneration(
  generation: Generation,
  task: Task,
  { experiment }: Evolution,
  { ledger, pool, store, onEvent, signal }: RunContext,
): Promise<readonly Measurement[]> {
  const budget = budgetOf(experiment.training, task.facts);
  const measured = new Map<number, Measurement>();
  for (const { path } of generation.children) {
    const recorded = ledger.measurement<Measurement>(path);
    if (!recorded) continue;
    measured.set(path, recorded);
    const steps = budget.validations * budget.batchesBetweenValidations;
    onEvent({ type: 'progress', path, step: steps, steps, qualities: recorded.qualities });
  }
  const missing = generation.children.filter(({ path }) => !measured.has(path));
  const onMeasured = (measurement: Measurement) => {
    if (measured.has(measurement.path)) return;
    ledger.recordMeasurement(measurement.path, measurement);
    measured.set(measurement.path, measurement);
  };
  await settleAll(
    dealCohorts(missing, Math.max(1, pool.workers().length)).map(async (cohort) => {
      const request = trainRequest(generation, cohort, { task, budget, experiment, store });
      const { measurements } = await pool.execute(request, {
        onMeasured,
        onProgress: (progress) => onEvent({ type: 'progress', ...progress }),
        ...(signal && { signal }),
      });
      for (const measurement of measurements) onMeasured(measurement);
    }),
  );
  return generation.children.map(({ path }) => {
    const measurement = measured.get(path);
    if (!measurement) throw new Error(`path ${path} was trained and not measured`);
    return measurement;
  });
}

/** Children dealt to `n` cohorts in turn; no cohort is empty. */
function dealCohorts(children: readonly Child[], n: number): readonly (readonly Child[])[] {
  return Array.from({ length: Math.min(n, children.length) }, (_, cohort) =>
    children.filter((_child, at) => at % n === cohort),
  );
}

/** Waits for all, so that what finishes after a failure is still recorded; then throws the first. */
async function settleAll(work: readonly Promise<void>[]): Promise<void> {
  const failed = (await Promise.allSettled(work)).find((each) => each.status === 'rejected');
  if (failed) throw failed.reason;
}
