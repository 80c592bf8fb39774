import { accessSync, constants, statSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import { pathToFileURL } from 'node:url';
import type Database from 'libsql';
import { Mu2NetError } from '../../domain/errors.js';
import { openDatabase } from './database.js';
import { onFile, sqliteResultOf } from './record-error.js';

/** A row of the database, as SQLite returns it. */
export type Row = Readonly<Record<string, unknown>>;

/** The purpose of a connection. Reading needs no write permission. */
export type Access = 'read' | 'write';

/** Results of SQLite where it can neither find nor create its index. */
const WITHOUT_INDEX: ReadonlySet<string> = new Set(['CANTOPEN', 'READONLY', 'FULL']);

/** Time that a connection waits for another process to finish a write, in milliseconds. */
const TIMEOUT = 5_000;

/**
 * A connection to a record. A write is on disk when it returns.
 * @throws Mu2NetError the errors of {@link onFile}, from every method.
 */
export class Connection {
  readonly #file: string;
  readonly #access: Access;
  readonly #database: Database.Database;
  /** Each statement is prepared only once, because the driver may never free it. */
  readonly #statements = new Map<string, Database.Statement>();

  constructor(file: string, access: Access = 'write') {
    this.#file = file;
    this.#access = access;
    this.#database = onFile(file, () =>
      access === 'read' ? openForReading(file) : openForWriting(file),
    );
  }

  /** Runs `body` in one transaction: all of its writes are recorded, or none. */
  write<T>(body: () => T): T {
    this.exec('BEGIN IMMEDIATE');
    try {
      const result = body();
      this.exec('COMMIT');
      return result;
    } catch (error) {
      // SQLite ends the transaction by itself after some failures, such as a full disk.
      if (this.#database.inTransaction) this.exec('ROLLBACK');
      throw error;
    }
  }

  /** Returns all rows of a query. */
  all(sql: string, ...values: unknown[]): readonly Row[] {
    return onFile(this.#file, () => this.#prepared(sql).all(...values) as Row[]);
  }

  /** Runs one statement with values. */
  run(sql: string, ...values: unknown[]): void {
    onFile(this.#file, () => this.#prepared(sql).run(...values));
  }

  /** Runs any number of statements without values. */
  exec(sql: string): void {
    onFile(this.#file, () => this.#database.exec(sql));
  }

  /** Closes the connection. The last one that wrote leaves a file that is complete by itself. */
  close(): void {
    if (this.#access === 'write') this.#mergeLog();
    this.#database.close();
  }

  #mergeLog(): void {
    try {
      this.#database.exec('PRAGMA wal_checkpoint(TRUNCATE)');
    } catch {
      // The content of the log is recorded nevertheless.
    }
  }

  #prepared(sql: string): Database.Statement {
    const prepared = this.#statements.get(sql) ?? this.#database.prepare(sql);
    this.#statements.set(sql, prepared);
    return prepared;
  }
}

function openForWriting(file: string): Database.Database {
  const database = openDatabase(file, TIMEOUT);
  database.pragma('synchronous = FULL');
  database.pragma('foreign_keys = ON');
  return database;
}

/**
 * Opens a record to read it. SQLite reads a record with a write-ahead log through an index beside
 * it. Where the index cannot be created and there is no log, the file alone is the record, and
 * nobody can be writing it.
 */
function openForReading(file: string): Database.Database {
  const database = openDatabase(file, TIMEOUT);
  try {
    database.exec('SELECT 1 FROM sqlite_schema');
    return database;
  } catch (error) {
    database.close();
    if (!WITHOUT_INDEX.has(sqliteResultOf(error) ?? '')) throw error;
    accessSync(file, constants.R_OK);
    if (hasLog(file)) throw logError(file);
    return openDatabase(`${pathToFileURL(file).href}?immutable=1`);
  }
}

function logError(file: string): Mu2NetError {
  return new Mu2NetError(
    'RUN_READONLY',
    `${file} has a write-ahead log, which cannot be read here without write permission; copy the run to a folder of your own`,
    { run: basename(dirname(file)), file },
  );
}

function hasLog(file: string): boolean {
  return (statSync(`${file}-wal`, { throwIfNoEntry: false })?.size ?? 0) > 0;
}

/** Copies a record into a new file, which is complete without a write-ahead log. */
export function copyRecord(from: string, to: string): void {
  const connection = new Connection(from, 'read');
  try {
    connection.run('VACUUM INTO ?', to);
  } finally {
    connection.close();
  }
}
