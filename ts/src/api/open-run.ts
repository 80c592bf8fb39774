import { join } from 'node:path';
import { readRun } from '../state/ledger.js';
import { findRun, runNames, runsFolder } from '../state/runs.js';
import { Run } from './run.js';

/** Where a run is looked for, and which branch of it is opened. */
export interface OpenRunOptions {
  /** Folder of the runs; `./runs` unless `MU2NET_RUNS` says otherwise. */
  readonly folder?: string | undefined;
  /** The branch, instead of one in the name. */
  readonly branch?: string | undefined;
}

/**
 * Opens a run, or a branch of it, by its name or directory.
 *
 * @param name `run` or `run:branch`, also with a path to the run directory; without a name, the latest
 *   run.
 * @throws Mu2NetError RUN_UNKNOWN, BRANCH_UNKNOWN, RUN_SCHEMA
 *
 * @example
 * const latest = openRun();
 * const main = openRun('quickstart:main', { folder: 'runs' });
 */
export function openRun(name?: string, { folder, branch }: OpenRunOptions = {}): Run {
  const found = findRun(name, folder);
  const address = branch === undefined ? found : { ...found, branch };
  // Opening the record is what shows that the run has the branch.
  readRun(address, () => {});
  return new Run(address);
}

/** Where runs are listed. */
export interface ListRunsOptions {
  /** Folder of the runs; `./runs` unless `MU2NET_RUNS` says otherwise. */
  readonly folder?: string | undefined;
}

/**
 * Returns the runs of a folder, the latest first; each as its main branch.
 *
 * @example
 * for (const run of listRuns()) console.log(run.name, run.status().finished);
 */
export function listRuns({ folder = runsFolder() }: ListRunsOptions = {}): readonly Run[] {
  return runNames(folder).map((name) => new Run(findRun(join(folder, name), folder)));
}
