import { existsSync } from 'node:fs';
import { basename } from 'node:path';
import { Mu2NetError } from '../domain/errors.js';
import { lockFileOf } from './directory.js';
import { type FileLock, isFileLocked, lockFile } from './file-lock.js';

/** Exclusive use of a run directory. */
export type RunLock = FileLock;

/**
 * Locks a run directory for this process. The lock is on a separate file, so it does not block readers
 * of the record.
 *
 * @throws Mu2NetError RUN_LOCKED when another process holds it.
 */
export function lockRun(directory: string): RunLock {
  const lock = lockFile(lockFileOf(directory));
  if (lock) return lock;
  throw new Mu2NetError(
    'RUN_LOCKED',
    `${directory} is in use by another process; wait for it or stop it, then try again`,
    { run: basename(directory), file: directory },
  );
}

/** Says whether a process holds the lock of a run directory at this moment. */
export function isLocked(directory: string): boolean {
  const file = lockFileOf(directory);
  return existsSync(file) && isFileLocked(file);
}
