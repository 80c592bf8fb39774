import { basename } from 'node:path';
import type Database from 'libsql';
import { Mu2NetError } from '../domain/errors.js';
import { openDatabase } from './database.js';
import { lockFileOf } from './directory.js';
import { type Holder, readHolder, removeHolder, writeHolder } from './holder.js';
import { onFile, readonlyError } from './record-error.js';
import { isWritable } from './writable.js';

/** Exclusive use of a run directory. */
export interface RunLock {
  /** Gives the directory back. */
  release(): void;
}

/** The databases that hold locks, kept here because one that is collected lets go of its lock. */
const holders = new Set<Database.Database>();

/** Time to wait for a process that only looks whether the lock is held, in milliseconds. */
const TIMEOUT = 200;

/**
 * Locks a run directory for this process. The operating system holds the lock on a separate file:
 * the lock ends with the process in every case, and it does not block readers of the record.
 *
 * @param branch the branch that this process is going to grow; null for brief work.
 * @throws Mu2NetError RUN_LOCKED when another process holds it, and the errors of a file.
 */
export function lockRun(directory: string, branch: string | null = null): RunLock {
  const file = lockFileOf(directory);
  const database = onFile(file, () => openDatabase(file, TIMEOUT));
  try {
    onFile(file, () => database.exec('BEGIN EXCLUSIVE'));
    // SQLite only reads a file that it cannot write, so such a lock would not exclude anybody.
    if (!isWritable(file)) throw readonlyError(file);
  } catch (error) {
    database.close();
    if (!(error instanceof Mu2NetError && error.code === 'RUN_LOCKED')) throw error;
    throw lockedError(directory);
  }
  holders.add(database);
  writeHolder(directory, branch);
  return {
    release() {
      removeHolder(directory);
      holders.delete(database);
      database.exec('ROLLBACK');
      database.close();
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
