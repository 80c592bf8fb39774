import type { Experiment } from '../domain/experiment.js';
import { readRun } from '../state/ledger.js';
import { currentExperiment } from '../state/recall.js';
import { findRun } from '../state/runs.js';

/**
 * The experiment that the run or branch at `address` follows, or the latest run: what another
 * experiment takes over to continue it.
 */
export function experimentOf(address: string = findRun(undefined)): Experiment {
  return readRun(address, (ledger) => currentExperiment(ledger).experiment);
}
