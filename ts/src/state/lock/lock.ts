import { basename } from 'node:path';
import { Mu2NetError } from '../../domain/errors.js';
import { lockFileOf } from '../directory.js';
import { onFile, readonlyError } from '../record/record-error.js';
import { type FileLock, lockFile } from './file-lock.js';
import { type Holder, readHolder, removeHolder, writeHolder } from './holder.js';
import { isWritable } from './writable.js';

/** Exclusive use of a run directory. */
export type RunLock = FileLock;

/**
 * Locks a run directory for this process. The lock is on a separate file, so it does not block readers
 * of the record.
 *
 * @param branch the branch that this process is going to grow; null for brief work.
 * @throws Mu2NetError RUN_LOCKED when another process holds it, and the errors of a file.
 */
export function lockRun(directory: string, branch: string | null = null): RunLock {
  const file = lockFileOf(directory);
  const lock = onFile(file, () => lockFile(file));
  if (lock === null) throw lockedError(directory);
  // SQLite only reads a file that it cannot write, so such a lock would not exclude anybody.
  if (!isWritable(file)) {
    lock.release();
    throw readonlyError(file);
  }
  writeHolder(directory, branch);
  return {
    release() {
      removeHolder(directory);
      lock.release();
    },
  };
}

/** Returns the error about a directory that another process holds. */
export function lockedError(directory: string): Mu2NetError {
  const run = basename(directory);
  const holder = readHolder(directory);
  const how = holder?.branch
    ? `stop it with 'npx mu2net stop ${run}', or wait for it`
    : 'wait for it';
  return new Mu2NetError(
    'RUN_LOCKED',
    `${directory} is in use by ${holderText(holder)}; ${how}, then try again`,
    { run, file: directory },
  );
}

/** Describes a process that holds a run: `process 4711 on this-machine`. */
export function holderText(holder: Holder | null): string {
  if (!holder?.pid) return 'another process';
  return `process ${holder.pid} on ${holder.host}`;
}
