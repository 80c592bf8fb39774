import type { Measurement } from '../../../../protocol/index.js';
import { budgetOf } from '../../domain/budget.js';
import { Mu2NetError } from '../../domain/errors.js';
import type { PathId } from '../../domain/path.js';
import type { Task } from '../../domain/task.js';
import type { Generation } from '../../evolution/index.js';
import type { Speeds } from '../../pool/leases/speeds.js';
import type { Fault, Pool } from '../../pool/pool.js';
import { trainRequest } from '../../requests/train.js';
import type { MeasurementRecord, RecordedMeasurement } from '../../state/record/records.js';
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
): Promise<readonly RecordedMeasurement[]> {
  const budget = budgetOf(experiment.training, task.facts);
  const recorded = ledger.measurements(generation.children[0]?.pathId);
  const measured = new Map<PathId, RecordedMeasurement>();
  for (const { pathId } of generation.children) {
    const known = recorded.get(pathId);
    if (!known) continue;
    measured.set(pathId, known);
    const steps = budget.validations * budget.batchesBetweenValidations;
    const { qualities } = known.measurement;
    emit({ type: 'progress', task: task.name, pathId, step: steps, steps, qualities });
  }
  const missing = generation.children.filter(({ pathId }) => !measured.has(pathId));
  const writes = new Writes();
  const onMeasured = (answer: Measurement, worker: string | null = null) => {
    writes.check();
    const measurement = recordOf(answer);
    if (measured.has(measurement.pathId)) return;
    writes.add(ledger.recordMeasurement(measurement, worker));
    measured.set(measurement.pathId, { measurement, worker });
  };
  const faults: Fault[] = [];
  const work = dealCohorts(missing, speedsOf(pool, speeds)).map(async (cohort) => {
    const request = trainRequest(generation, cohort, { task, budget, experiment, store });
    const result = await pool.execute(request, {
      onMeasured: (answer, worker) => {
        speeds.learn(worker, request, answer);
        onMeasured(answer, worker);
      },
      onFaulty: (fault) => faults.push(fault),
      onProgress: (progress) => {
        writes.check();
        emit({ type: 'progress', task: task.name, ...progress });
      },
    });
    for (const measurement of result.measurements) onMeasured(measurement);
  });
  // All work is waited for, so that results after a failure are recorded.
  const ends = await Promise.allSettled(work);
  await writes.settle();
  const failed = ends.find((each) => each.status === 'rejected');
  if (failed) throw failed.reason;
  // Recorded at the end: a record must not keep what a broken pool says of a whole generation.
  const [fault] = faults;
  if (fault && measured.size === 0) {
    const message = `task ${task.name}: workers crashed at every child of a generation: ${fault.message}`;
    throw new Mu2NetError('SIDECAR_FAILED', message, { task: task.name });
  }
  for (const { pathId, message: reason } of faults) {
    onMeasured({ kind: 'diverged', pathId, qualities: [], components: null, reason });
  }
  await writes.settle();
  return generation.children.map(({ pathId }) => {
    const each = measured.get(pathId);
    if (!each) throw new Error(`path ${pathId} was trained but not measured`);
    return each;
  });
}

/** Writes of measurements that are not known to be on disk. */
class Writes {
  readonly #pending = new Set<Promise<void>>();
  #failure: { readonly error: unknown } | null = null;

  /** Takes note of a write; writes of one group have one promise. */
  add(write: Promise<void>): void {
    if (this.#pending.has(write)) return;
    this.#pending.add(write);
    write.then(
      () => this.#pending.delete(write),
      (error: unknown) => {
        this.#failure ??= { error };
      },
    );
  }

  /** Throws the error of a write that failed. A pool abandons a request whose listener throws. */
  check(): void {
    if (this.#failure !== null) throw this.#failure.error;
  }

  /** Waits until all measurements are on disk. */
  async settle(): Promise<void> {
    await Promise.all(this.#pending);
  }
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
