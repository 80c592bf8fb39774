import { Mu2NetError } from '../domain/errors.js';
import type { WorkerInfo } from '../pool/pool.js';
import type { Ledger } from '../state/ledger.js';
import { currentExperiment } from '../state/recall.js';

type Precision = WorkerInfo['engine']['precision'];

/** The precision in which a run has been computed so far; null before its first session. */
export function precisionOf(ledger: Ledger): Precision | null {
  const { createdAt } = currentExperiment(ledger);
  const own = ledger.sessions().filter(({ startedAt }) => startedAt >= createdAt);
  return own.at(-1)?.workers[0]?.engine.precision ?? null;
}

/**
 * Checks that all of a run is computed in one precision: it changes the last bits of every result, and
 * so who is retained.
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
    `run ${run} is computed in ${expected} and ${other.name} computes in ${other.engine.precision}; use --precision ${expected} throughout a run`,
    { run, worker: other.name },
  );
}
