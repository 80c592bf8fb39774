import type { Measurement } from '../../../../protocol/index.js';
import { budgetOf } from '../../domain/budget.js';
import { Mu2NetError } from '../../domain/errors.js';
import type { PathId } from '../../domain/path.js';
import type { Task } from '../../domain/task.js';
import type { Generation } from '../../evolution/index.js';
import type { Speeds } from '../../pool/leases/speeds.js';
import type { Fault, Pool } from '../../pool/pool.js';
import { trainRequest } from '../../requests/train.js';
import type { MeasurementRecord } from '../../state/record/records.js';
import type { RunContext } from './context.js';
import { dealCohorts } from './deal-cohorts.js';
import type { Evolution } from './evolution.js';

/**
 * Measures the children of a generation: uses recorded measurements and trains the other children
 * (method §2.2c). Returns the measurements in the order of the children.
 *
 * A child at which several workers crashed alike has failed, and the generation goes on without it.
 * @throws Mu2NetError SIDECAR_FAILED when this is so of every child, because then the workers are at
 *   fault.
 */
export async function measureGeneration(
  generation: Generation,
  task: Task,
  { experiment }: Evolution,
  { ledger, pool, store, emit, speeds }: RunContext,
): Promise<readonly MeasurementRecord[]> {
  const budget = budgetOf(experiment.training, task.facts);
  const measurements = new Map<PathId, MeasurementRecord>();
  for (const { pathId } of generation.children) {
    const recorded = ledger.measurement(pathId);
    if (!recorded) continue;
    measurements.set(pathId, recorded);
    const steps = budget.validations * budget.batchesBetweenValidations;
    const { qualities } = recorded;
    emit({ type: 'progress', task: task.name, pathId, step: steps, steps, qualities });
  }
  const missing = generation.children.filter(({ pathId }) => !measurements.has(pathId));
  const onMeasured = (answer: Measurement, worker: string | null = null) => {
    const measurement = recordOf(answer);
    if (measurements.has(measurement.pathId)) return;
    ledger.recordMeasurement(measurement, worker);
    measurements.set(measurement.pathId, measurement);
  };
  const faults: Fault[] = [];
  await settleAll(
    dealCohorts(missing, speedsOf(pool, speeds)).map(async (cohort) => {
      const request = trainRequest(generation, cohort, { task, budget, experiment, store });
      const result = await pool.execute(request, {
        onMeasured: (answer, worker) => {
          speeds.learn(worker, request, answer);
          onMeasured(answer, worker);
        },
        onFaulty: (fault) => faults.push(fault),
        onProgress: (progress) => emit({ type: 'progress', task: task.name, ...progress }),
      });
      for (const measurement of result.measurements) onMeasured(measurement);
    }),
  );
  // Recorded at the end: a record must not keep what a broken pool says of a whole generation.
  const [fault] = faults;
  if (fault && measurements.size === 0) {
    const message = `task ${task.name}: workers crashed at every child of a generation: ${fault.message}`;
    throw new Mu2NetError('SIDECAR_FAILED', message, { task: task.name });
  }
  for (const { pathId, message: reason } of faults) {
    onMeasured({ kind: 'diverged', pathId, qualities: [], components: null, reason });
  }
  return generation.children.map(({ pathId }) => {
    const measurement = measurements.get(pathId);
    if (!measurement) throw new Error(`path ${pathId} was trained but not measured`);
    return measurement;
  });
}

/** Casts a measurement to its record: the protocol does not type the names of components. */
function recordOf(measurement: Measurement): MeasurementRecord {
  return measurement as MeasurementRecord;
}

/** Returns the speeds of a pool's workers; one that may come counts as a usual one. */
function speedsOf(pool: Pool, speeds: Speeds): readonly number[] {
  const known = pool.workers().map(({ name }) => speeds.of(name));
  return known.length > 0 ? known : [1];
}

/**
 * Waits for all work, so that results after a failure are recorded; then throws the first error.
 */
async function settleAll(work: readonly Promise<void>[]): Promise<void> {
  const failed = (await Promise.allSettled(work)).find((each) => each.status === 'rejected');
  if (failed) throw failed.reason;
}
