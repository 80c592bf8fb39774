import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';

/** Where things lie in a run directory. Beside these, each worker writes `<worker>.log` there. */

/** The record of the system: one SQLite file. */
export const recordFileOf = (directory: string): string => join(directory, 'system.db');

/** The file whose lock says that a process grows the run. */
export const lockFileOf = (directory: string): string => join(directory, 'lock.db');

/** The component store of a run, as an absolute path. */
export const storeOf = (directory: string): string => join(resolve(directory), 'store');

/** Whether a directory holds a run. */
export const isRun = (directory: string): boolean => existsSync(recordFileOf(directory));
