import { basename } from 'node:path';
import { Mu2NetError } from '../../domain/errors.js';
import { lockRun, type RunLock } from '../lock/lock.js';
import { isWritable } from '../lock/writable.js';
import { type Access, Connection } from './connection.js';
import { migrate } from './migrate.js';
import { readonlyError } from './record-error.js';
import { SCHEMA_VERSION } from './schema.js';

/**
 * Opens the record in a file, and migrates it first if it has an earlier schema.
 * @throws Mu2NetError RUN_SCHEMA when it has a later schema; RUN_CORRUPT when it is not a record;
 *   RUN_LOCKED when it must be migrated and is in use; RUN_READONLY, RUN_UNREADABLE, DISK_FULL
 */
export function connect(file: string, directory: string, access: Access): Connection {
  const version = schemaVersionOf(file);
  if (access === 'write' && !(isWritable(file) && isWritable(directory))) throw readonlyError(file);
  if (isEarlier(version)) migrateRun(file, directory, version);
  else if (version !== SCHEMA_VERSION) throw unknownSchema(file, directory, version);
  const connection = new Connection(file, access);
  // A reader takes the record as it is.
  if (access === 'write') connection.exec('PRAGMA journal_mode = WAL');
  return connection;
}

function unknownSchema(file: string, directory: string, version: number): Mu2NetError {
  const subject = { run: basename(directory), file };
  return version === 0
    ? new Mu2NetError(
        'RUN_CORRUPT',
        `${file} is not the record of a run; restore it from a copy, or remove the run with 'npx mu2net rm'`,
        subject,
      )
    : new Mu2NetError(
        'RUN_SCHEMA',
        `${file} has schema ${version}, this mu2net reads schema ${SCHEMA_VERSION}; use the version of mu2net that wrote it`,
        subject,
      );
}

function migrateRun(file: string, directory: string, version: number): void {
  const lock = lockToMigrate(file, directory, version);
  const connection = new Connection(file);
  try {
    // Another process may have migrated the record in the meantime.
    const current = schemaVersionOf(file);
    if (isEarlier(current)) migrate(connection, current);
  } finally {
    connection.close();
    lock.release();
  }
}

function lockToMigrate(file: string, directory: string, version: number): RunLock {
  try {
    return lockRun(directory);
  } catch (cause) {
    if (!(cause instanceof Mu2NetError) || cause.code === 'RUN_LOCKED') throw cause;
    throw new Mu2NetError(
      'RUN_READONLY',
      `${file} has schema ${version} and must be migrated before it is read, but cannot be written; copy the run to a folder of your own`,
      { run: basename(directory), file, cause },
    );
  }
}

function isEarlier(version: number): boolean {
  return version > 0 && version < SCHEMA_VERSION;
}

/** Reads the version of a file's schema; 0 when it has none. */
function schemaVersionOf(file: string): number {
  const connection = new Connection(file, 'read');
  try {
    const [row] = connection.all('PRAGMA user_version');
    return row?.user_version as number;
  } finally {
    connection.close();
  }
}
