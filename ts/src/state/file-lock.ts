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
  const database = new Database(file);
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
