import { existsSync, readdirSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { distance } from 'fastest-levenshtein';
import { Mu2NetError } from '../domain/errors.js';

/** Folder in which runs are kept unless `MU2NET_RUNS` says otherwise. */
export function runsFolder(): string {
  return resolve(process.env.MU2NET_RUNS ?? 'runs');
}

/** Names of the runs in a folder, the latest first. */
export function listRuns(folder: string = runsFolder()): readonly string[] {
  if (!existsSync(folder)) return [];
  const started = (name: string) => statSync(join(folder, name, 'system.db')).birthtimeMs;
  return readdirSync(folder)
    .filter((name) => existsSync(join(folder, name, 'system.db')))
    .sort((a, b) => started(b) - started(a));
}

/**
 * Directory of a run given by name, by path, or not at all: then the latest.
 * @throws Mu2NetError RUN_UNKNOWN
 */
export function findRun(run: string | undefined, folder: string = runsFolder()): string {
  const runs = listRuns(folder);
  if (run === undefined) {
    const [latest] = runs;
    if (latest !== undefined) return join(folder, latest);
    throw new Mu2NetError(
      'RUN_UNKNOWN',
      `there is no run in ${folder}; start one with 'mu2net run <config>'`,
    );
  }
  for (const directory of [join(folder, run), resolve(run)]) {
    if (existsSync(join(directory, 'system.db'))) return directory;
  }
  const [nearest] = [...runs].sort((a, b) => distance(a, run) - distance(b, run));
  const hint =
    nearest === undefined ? "start one with 'mu2net run <config>'" : `did you mean '${nearest}'?`;
  throw new Mu2NetError('RUN_UNKNOWN', `there is no run '${run}' in ${folder}; ${hint}`);
}
