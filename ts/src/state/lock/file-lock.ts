import { existsSync } from 'node:fs';
import type Database from 'libsql';
import { openDatabase } from '../record/database.js';
import { sqliteResultOf } from '../record/record-error.js';

/** Exclusive use of what a file stands for. */
export interface FileLock {
  /** Gives it back. */
  release(): void;
}

/** The databases that hold locks, kept here because one that is collected lets go of its lock. */
const holders = new Set<Database.Database>();

/** Time to wait for a process that only looks whether the lock is held, in milliseconds. */
const TIMEOUT = 500;

/**
 * Locks a file for this process, and creates it if it does not exist. The operating system holds the
 * lock, so it ends with the process in every case.
 *
 * @returns null when another process holds it.
 */
export function lockFile(file: string): FileLock | null {
  const database = openDatabase(file, TIMEOUT);
  try {
    database.exec('BEGIN EXCLUSIVE');
  } catch (error) {
    database.close();
    if (sqliteResultOf(error) === 'BUSY') return null;
    throw error;
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

/** Says whether a process holds a lock. A file that cannot be opened cannot be locked here. */
export function isFileLocked(file: string): boolean {
  if (!existsSync(file)) return false;
  let database: Database.Database | undefined;
  try {
    database = openDatabase(file);
    // Reading takes a shared lock, which an exclusive one excludes.
    database.exec('SELECT 1 FROM sqlite_schema');
    return false;
  } catch (error) {
    return sqliteResultOf(error) === 'BUSY';
  } finally {
    database?.close();
  }
}
