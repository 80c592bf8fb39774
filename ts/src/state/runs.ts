import { existsSync, readdirSync, statSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { Mu2NetError } from '../domain/errors.js';
import { didYouMean } from '../text/did-you-mean.js';
import { isRun, lockFileOf, recordFileOf } from './directory.js';
import { readHolder } from './lock/holder.js';
import { onFile } from './record/record-error.js';
import { MAIN } from './record/records.js';

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

/**
 * Names of the runs in a folder, the latest first.
 * @throws Mu2NetError RUN_UNREADABLE when the folder cannot be read.
 */
export function runNames(folder: string = runsFolder()): readonly string[] {
  return namesBy(folder, recordFileOf);
}

/** Names of the runs in a folder that a process is starting and that have no record yet. */
export function startingNames(folder: string = runsFolder()): readonly string[] {
  return namesBy(folder, lockFileOf).filter((name) => {
    const directory = join(folder, name);
    return !isRun(directory) && readHolder(directory) !== null;
  });
}

/** Returns when a file was created; null when there is none that this user can see. */
function birthOf(file: string): number | null {
  try {
    return statSync(file).birthtimeMs;
  } catch {
    return null;
  }
}

/** Names of the folders that have a file, the latest file first. */
function namesBy(folder: string, fileOf: (directory: string) => string): readonly string[] {
  if (!existsSync(folder)) return [];
  const found = onFile(folder, () => readdirSync(folder)).flatMap((name) => {
    const begun = birthOf(fileOf(join(folder, name)));
    return begun === null ? [] : [{ name, begun }];
  });
  return found.sort((a, b) => b.begun - a.begun).map(({ name }) => name);
}

/**
 * Finds the address of a run or branch. Does not check whether the run has the branch.
 *
 * @param given a name or a path, as `run` or `run:branch`.
 * @throws Mu2NetError RUN_UNKNOWN
 */
export function findRun(given: string, folder: string = runsFolder()): Address {
  return find(given, folder, isRun);
}

/**
 * Finds the directory of a run, even if the run has no record yet or a start has left it behind.
 * @throws Mu2NetError RUN_UNKNOWN
 */
export function findDirectory(given: string, folder: string = runsFolder()): Address {
  return find(given, folder, (directory) => isRun(directory) || existsSync(lockFileOf(directory)));
}

/** Returns the error about a folder without runs. */
export function noRunIn(folder: string): Mu2NetError {
  return new Mu2NetError(
    'RUN_UNKNOWN',
    `there is no run in ${folder}; start one with 'npx mu2net run <config>'`,
    { file: folder },
  );
}

function find(given: string, folder: string, accepts: (directory: string) => boolean): Address {
  const { directory: run, branch } = parseAddress(given);
  for (const directory of [join(folder, run), resolve(run)]) {
    if (accepts(directory)) return { directory, branch };
  }
  const runs = runNames(folder);
  const list =
    runs.length === 0
      ? "start one with 'npx mu2net run <config>'"
      : "'npx mu2net status --all' lists all runs";
  const hint = didYouMean(run, runs) || `; ${list}`;
  throw new Mu2NetError('RUN_UNKNOWN', `there is no run '${run}' in ${folder}${hint}`, { run });
}
