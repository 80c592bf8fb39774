import { Mu2NetError } from '../domain/errors.js';
import type { WorkerInfo } from '../pool/pool.js';
import type { Ledger } from '../state/record/ledger.js';
import { currentExperiment } from '../state/record/recall.js';

type Precision = WorkerInfo['engine']['precision'];

/** Returns the precision of a run's sessions; null before its first session. */
export function precisionOf(ledger: Ledger): Precision | null {
  const { createdAt } = currentExperiment(ledger);
  const sessions = ledger.sessions().filter(({ startedAt }) => startedAt >= createdAt);
  return sessions.at(-1)?.workers[0]?.engine.precision ?? null;
}

/**
 * Checks that a run is computed in only one precision. A different precision changes the last bits
 * of each result, and so which children are retained.
 * @throws Mu2NetError CONFIG_INVALID
 */
export function checkPrecision(
  run: string,
  recorded: Precision | null,
  workers: readonly Pick<WorkerInfo, 'name' | 'engine'>[],
): void {
  const expected = recorded ?? workers[0]?.engine.precision;
  const other = workers.find(({ engine }) => engine.precision !== expected);
  if (other === undefined) return;
  throw new Mu2NetError(
    'CONFIG_INVALID',
    `run ${run} is computed in ${expected}, but worker ${other.name} computes in ${other.engine.precision}; use --precision ${expected} for all sessions of this run`,
    { run, worker: other.name },
  );
}
