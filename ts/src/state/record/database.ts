import { accessSync, constants, existsSync } from 'node:fs';
import Database from 'libsql';

/** The driver's sentence for a file that cannot be opened, which has no code. */
const FAILED = 'ConnectionFailed';

/**
 * Opens a SQLite file.
 * @throws an error with a code, of the operating system or of SQLite.
 */
export function openDatabase(file: string, timeout = 0): Database.Database {
  try {
    return new Database(file, { timeout });
  } catch (cause) {
    if (!(cause instanceof Error && cause.message.startsWith(FAILED))) throw cause;
    if (existsSync(file)) accessSync(file, constants.R_OK);
    throw Object.assign(new Error(cause.message, { cause }), { code: 'SQLITE_CANTOPEN' });
  }
}
