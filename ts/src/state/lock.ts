import { existsSync } from 'node:fs';
import { basename } from 'node:path';
import Database from 'libsql';
import { Mu2NetError } from '../domain/errors.js';
import { lockFileOf } from './directory.js';

/** Exclusive use of a run directory. */
export interface RunLock {
  /** Gives the directory back. */
  release(): void;
}

/** The databases that hold locks, kept here because one that is collected lets go of its lock. */
const holders = new Set<Database.Database>();

/**
 * Locks a run directory for this process. The operating system holds the lock on a separate file:
 * the lock ends with the process in every case, and it does not block readers of the record.
 *
 * @throws Mu2NetError RUN_LOCKED when another process holds it.
 */
export function lockRun(directory: string): RunLock {
  // It waits a little, because `isLocked` holds the file for a moment.
  const database = new Database(lockFileOf(directory), { timeout: 500 });
  try {
    database.exec('BEGIN EXCLUSIVE');
  } catch (error) {
    database.close();
    if (!String(error).includes('locked')) throw error;
    throw new Mu2NetError(
      'RUN_LOCKED',
      `${directory} is in use by another process; wait for it or stop it, then try again`,
      { run: basename(directory), file: directory },
    );
  }
  holders.add(database);
  return {
    release() {
      holders.delete(database);
      database.exec('ROLLBACK');
      database.close();
    },
  };
}

/** Says whether a process holds the lock of a run directory at this moment. */
export function isLocked(directory: string): boolean {
  const file = lockFileOf(directory);
  if (!existsSync(file)) return false;
  const database = new Database(file);
  try {
    // Reading needs a shared lock, which the exclusive one of the holder excludes.
    database.prepare('SELECT count(*) FROM sqlite_master').get();
    return false;
  } catch (error) {
    if (!String(error).includes('locked')) throw error;
    return true;
  } finally {
    database.close();
  }
}
