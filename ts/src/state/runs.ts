import { existsSync, readdirSync, statSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { Mu2NetError } from '../domain/errors.js';
import { didYouMean } from '../text/did-you-mean.js';
import { isRun, recordFileOf } from './directory.js';
import { MAIN } from './records.js';

/** Address of a system: a run directory and a branch in it. */
export interface Address {
  readonly directory: string;
  readonly branch: string;
}

/** Parses the address that is written as `directory`, or as `directory:branch`. */
export function parseAddress(text: string): Address {
  const [, directory, branch] = /^(.+):([A-Za-z0-9][\w.-]*)$/.exec(text) ?? [];
  // The name of a folder may contain a colon.
  return directory === undefined || branch === undefined || isRun(text)
    ? { directory: text, branch: MAIN }
    : { directory, branch };
}

/** How an address is written: the main branch is left out. */
export function formatAddress({ directory, branch }: Address): string {
  return branch === MAIN ? directory : `${directory}:${branch}`;
}

/** The name of a run or branch: `run`, or `run:branch`. */
export function runNameOf({ directory, branch }: Address): string {
  return formatAddress({ directory: basename(directory), branch });
}

/**
 * Returns the folder in which runs are kept: `MU2NET_RUNS`, or `./runs`.
 *
 * @example
 * console.log(`${listRuns().length} runs in ${runsFolder()}`);
 */
export function runsFolder(): string {
  return resolve(process.env.MU2NET_RUNS ?? 'runs');
}

/** Names of the runs in a folder, the latest first. */
export function runNames(folder: string = runsFolder()): readonly string[] {
  if (!existsSync(folder)) return [];
  const started = (name: string) => statSync(recordFileOf(join(folder, name))).birthtimeMs;
  return readdirSync(folder)
    .filter((name) => isRun(join(folder, name)))
    .sort((a, b) => started(b) - started(a));
}

/**
 * Finds the address of a run or branch. Does not check whether the run has the branch.
 *
 * @param given a name or a path, as `run` or `run:branch`; undefined means the latest run.
 * @throws Mu2NetError RUN_UNKNOWN
 */
export function findRun(given: string | undefined, folder: string = runsFolder()): Address {
  const runs = runNames(folder);
  if (given === undefined) {
    const [latest] = runs;
    if (latest !== undefined) return { directory: join(folder, latest), branch: MAIN };
    throw new Mu2NetError(
      'RUN_UNKNOWN',
      `there is no run in ${folder}; start one with 'npx mu2net run <config>'`,
      { file: folder },
    );
  }
  const { directory: run, branch } = parseAddress(given);
  for (const directory of [join(folder, run), resolve(run)]) {
    if (isRun(directory)) return { directory, branch };
  }
  const list =
    runs.length === 0
      ? "start one with 'npx mu2net run <config>'"
      : "'npx mu2net status --all' lists all runs";
  const hint = didYouMean(run, runs) || `; ${list}`;
  throw new Mu2NetError('RUN_UNKNOWN', `there is no run '${run}' in ${folder}${hint}`, { run });
}
