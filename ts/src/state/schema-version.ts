import { basename } from 'node:path';
import Database from 'libsql';
import { Mu2NetError } from '../domain/errors.js';
import type { Row } from './connection.js';
import { Connection } from './connection.js';
import { lockRun } from './lock.js';
import { migrate } from './migrate.js';
import { SCHEMA_VERSION } from './schema.js';

/**
 * Opens the record in a file, and migrates it first if it has an earlier schema.
 * @throws Mu2NetError RUN_SCHEMA when it has a later schema or is not a record; RUN_LOCKED when it
 *   must be migrated and is in use.
 */
export function connect(file: string, directory: string): Connection {
  const version = schemaVersionOf(file);
  if (isEarlier(version)) migrateRun(file, directory);
  else if (version !== SCHEMA_VERSION) {
    throw new Mu2NetError(
      'RUN_SCHEMA',
      `${file} has ${version === null ? 'no schema' : `schema ${version}`}, this mu2net reads schema ${SCHEMA_VERSION}; use the version of mu2net that wrote it`,
      { run: basename(directory), file },
    );
  }
  const connection = new Connection(file);
  connection.exec('PRAGMA journal_mode = WAL');
  return connection;
}

function migrateRun(file: string, directory: string): void {
  const lock = lockRun(directory);
  const connection = new Connection(file);
  try {
    // Another process may have migrated the record in the meantime.
    const version = schemaVersionOf(file);
    if (isEarlier(version)) migrate(connection, version);
  } finally {
    connection.close();
    lock.release();
  }
}

function isEarlier(version: number | null): version is number {
  return version !== null && version < SCHEMA_VERSION;
}

/** Reads the version of a file's schema; null when the file is not a record. */
function schemaVersionOf(file: string): number | null {
  const database = new Database(file, { timeout: 5_000 });
  try {
    const { user_version: version } = database.prepare('PRAGMA user_version').get() as Row;
    return (version as number) || null;
  } catch (error) {
    if ((error as { code?: string }).code === 'SQLITE_NOTADB') return null;
    throw error;
  } finally {
    database.close();
  }
}
