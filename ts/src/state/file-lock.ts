import Database from 'libsql';

/** Exclusive use of what a file stands for. */
export interface FileLock {
  /** Gives it back. */
  release(): void;
}

/** The databases that hold locks, kept here because one that is collected lets go of its lock. */
const holders = new Set<Database.Database>();

/**
 * Locks a file for this process, and creates it if it does not exist. The operating system holds the
 * lock, so it ends with the process in every case.
 *
 * @returns null when another process holds it.
 */
export function lockFile(file: string): FileLock | null {
  // It waits a little, because `isFileLocked` holds the file for a moment.
  const database = new Database(file, { timeout: 500 });
  try {
    database.exec('BEGIN EXCLUSIVE');
  } catch (error) {
    database.close();
    if (!String(error).includes('locked')) throw error;
    return null;
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

/** Says whether a process holds the lock of a file at this moment. */
export function isFileLocked(file: string): boolean {
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
