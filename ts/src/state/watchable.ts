import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { eventLogOf } from './directory.js';
import { MAIN } from './record/records.js';
import { type Address, findDirectory, noRunIn, runsFolder } from './runs.js';

/**
 * Finds the run to watch, which may be starting and have no record yet.
 * @param given a name or a path, as `run` or `run:branch`; undefined means the run that told
 *   something last.
 * @throws Mu2NetError RUN_UNKNOWN
 */
export function findWatchable(given: string | undefined, folder: string = runsFolder()): Address {
  if (given !== undefined) return findDirectory(given, folder);
  const [latest] = directoriesByLastEvent(folder);
  if (latest === undefined) throw noRunIn(folder);
  return { directory: latest, branch: MAIN };
}

/** Returns the run directories with an event log, the one with the latest event first. */
function directoriesByLastEvent(folder: string): readonly string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .map((name) => {
      const directory = join(folder, name);
      const time = statSync(eventLogOf(directory), { throwIfNoEntry: false })?.mtimeMs ?? 0;
      return { directory, time };
    })
    .filter(({ time }) => time > 0)
    .sort((a, b) => b.time - a.time)
    .map(({ directory }) => directory);
}
