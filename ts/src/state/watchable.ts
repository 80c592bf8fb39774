import { existsSync, readdirSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { eventLogOf } from './directory.js';
import { MAIN } from './records.js';
import { type Address, findRun, parseAddress, runsFolder } from './runs.js';

/**
 * Finds the run to watch, which may be starting and have no record yet.
 * @param given a name or a path, as `run` or `run:branch`; undefined means the run that told
 *   something last.
 * @throws Mu2NetError RUN_UNKNOWN
 */
export function findWatchable(given: string | undefined, folder: string = runsFolder()): Address {
  if (given === undefined) {
    const [latest] = directoriesByLastEvent(folder);
    return latest === undefined ? findRun(given, folder) : { directory: latest, branch: MAIN };
  }
  const { directory: name, branch } = parseAddress(given);
  const starting = [join(folder, name), resolve(name)].find((each) => existsSync(eventLogOf(each)));
  return starting === undefined ? findRun(given, folder) : { directory: starting, branch };
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
