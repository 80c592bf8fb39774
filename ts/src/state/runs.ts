import { existsSync, readdirSync, statSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { Mu2NetError } from '../domain/errors.js';
import { didYouMean } from '../text/did-you-mean.js';
import { isRun, recordFileOf } from './directory.js';
import { MAIN } from './records.js';

/** Where a system is: a run directory, and a branch in it. */
export interface Address {
  readonly directory: string;
  readonly branch: string;
}

/** The address that is written as `directory`, or as `directory:branch`. */
export function addressOf(text: string): Address {
  const [, directory, branch] = /^(.+):([A-Za-z0-9][\w.-]*)$/.exec(text) ?? [];
  // A folder may have a colon in its name.
  return directory === undefined || branch === undefined || isRun(text)
    ? { directory: text, branch: MAIN }
    : { directory, branch };
}

/** How an address is written: the main branch needs no mention. */
export function formatAddress(directory: string, branch: string): string {
  return branch === MAIN ? directory : `${directory}:${branch}`;
}

/** The name that an address goes by: `run`, or `run:branch`. */
export function runNameOf(address: string): string {
  const { directory, branch } = addressOf(address);
  return formatAddress(basename(directory), branch);
}

/** Folder in which runs are kept unless `MU2NET_RUNS` says otherwise. */
export function runsFolder(): string {
  return resolve(process.env.MU2NET_RUNS ?? 'runs');
}

/** Names of the runs in a folder, the latest first. */
export function listRuns(folder: string = runsFolder()): readonly string[] {
  if (!existsSync(folder)) return [];
  const started = (name: string) => statSync(recordFileOf(join(folder, name))).birthtimeMs;
  return readdirSync(folder)
    .filter((name) => isRun(join(folder, name)))
    .sort((a, b) => started(b) - started(a));
}

/**
 * Address of a run or branch, which is given by name or by path, as `run` or `run:branch`, or not at
 * all: then the latest run. Whether the run has the branch is for its record to say.
 *
 * @throws Mu2NetError RUN_UNKNOWN
 */
export function findRun(given: string | undefined, folder: string = runsFolder()): string {
  const runs = listRuns(folder);
  if (given === undefined) {
    const [latest] = runs;
    if (latest !== undefined) return join(folder, latest);
    throw new Mu2NetError(
      'RUN_UNKNOWN',
      `there is no run in ${folder}; start one with 'mu2net run <config>'`,
    );
  }
  const { directory: run, branch } = addressOf(given);
  for (const directory of [join(folder, run), resolve(run)]) {
    if (isRun(directory)) return formatAddress(directory, branch);
  }
  const [some] = runs;
  const list =
    some === undefined
      ? "start one with 'mu2net run <config>'"
      : "'mu2net status --all' lists the runs there are";
  const hint = didYouMean(run, runs) || `; ${list}`;
  throw new Mu2NetError('RUN_UNKNOWN', `there is no run '${run}' in ${folder}${hint}`);
}
