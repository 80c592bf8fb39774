import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';

/** Files of a run directory. In addition, each worker writes `<worker>.log` there. */

/** Returns the file with the record of the system: one SQLite database. */
export const recordFileOf = (directory: string): string => join(directory, 'system.db');

/** Returns the file that a process locks while it uses the run alone. */
export const lockFileOf = (directory: string): string => join(directory, 'lock.db');

/** Returns the file that says which process holds the lock. */
export const holderFileOf = (directory: string): string => join(directory, 'holder.json');

/** Returns the file that says how each branch last grew. */
export const growthFileOf = (directory: string): string => join(directory, 'growth.json');

/** Returns the folder of a run's components, as an absolute path; its record may name another store. */
export const storeOf = (directory: string): string => join(resolve(directory), 'store');

/** Says whether a directory contains a run. */
export const isRun = (directory: string): boolean => existsSync(recordFileOf(directory));

/**
 * Returns the file of the run's events. Whoever holds the lock writes it; a run is resumed without
 * it.
 */
export const eventLogOf = (directory: string): string => join(directory, 'events.jsonl');
