import { join } from 'node:path';
import { readRun } from '../state/record/ledger.js';
import { type Address, findRun, runNames, runsFolder } from '../state/runs.js';
import { latestRun } from './latest-run.js';
import { Run } from './run.js';

/** Options of `openRun`. */
export interface OpenRunOptions {
  /** Folder of the runs; `./runs` unless `MU2NET_RUNS` says otherwise. */
  readonly folder?: string | undefined;
  /** The branch to open; overrides a branch in the name. */
  readonly branch?: string | undefined;
}

/**
 * Opens a run, or one branch of it, by name or directory.
 *
 * @param name `run` or `run:branch`, where `run` is a name or the path of a run directory; the
 *   latest run that can be read by default.
 * @throws Mu2NetError RUN_UNKNOWN, BRANCH_UNKNOWN, RUN_SCHEMA, RUN_CORRUPT, RUN_UNREADABLE
 *
 * @example
 * const latest = openRun();
 * const main = openRun('quickstart:main', { folder: 'runs' });
 */
export function openRun(name?: string, { folder, branch }: OpenRunOptions = {}): Run {
  const found = name === undefined ? addressOfLatest(folder) : findRun(name, folder);
  const address = branch === undefined ? found : { ...found, branch };
  // Opening the record checks that the run has the branch.
  readRun(address, () => {});
  return new Run(address);
}

function addressOfLatest(folder: string | undefined): Address {
  const { directory, branchName } = latestRun({ folder }).run;
  return { directory, branch: branchName };
}

/** Options of `listRuns`. */
export interface ListRunsOptions {
  /** Folder of the runs; `./runs` unless `MU2NET_RUNS` says otherwise. */
  readonly folder?: string | undefined;
}

/**
 * Returns the runs of a folder, latest first; each one is its main branch.
 *
 * @example
 * for (const run of listRuns()) console.log(run.name, run.status().finished);
 */
export function listRuns({ folder = runsFolder() }: ListRunsOptions = {}): readonly Run[] {
  return runNames(folder).map((name) => new Run(findRun(join(folder, name), folder)));
}
