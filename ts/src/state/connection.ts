import Database from 'libsql';

/** A row of the database, as SQLite returns it. */
export type Row = Readonly<Record<string, unknown>>;

/** A connection to a record. A write is on disk when it returns. */
export class Connection {
  readonly #database: Database.Database;
  /** Each statement is prepared only once, because the driver may never free it. */
  readonly #statements = new Map<string, Database.Statement>();

  constructor(file: string) {
    this.#database = new Database(file, { timeout: 5_000 });
    this.#database.pragma('synchronous = FULL');
    this.#database.pragma('foreign_keys = ON');
  }

  /** Runs `body` in one transaction: all of its writes are recorded, or none. */
  write<T>(body: () => T): T {
    return this.#database.transaction(body).immediate() as T;
  }

  /** Returns all rows of a query. */
  all(sql: string, ...values: unknown[]): readonly Row[] {
    return this.#prepared(sql).all(...values) as Row[];
  }

  /** Runs one statement with values. */
  run(sql: string, ...values: unknown[]): void {
    this.#prepared(sql).run(...values);
  }

  /** Runs any number of statements without values. */
  exec(sql: string): void {
    this.#database.exec(sql);
  }

  close(): void {
    this.#database.close();
  }

  #prepared(sql: string): Database.Statement {
    const prepared = this.#statements.get(sql) ?? this.#database.prepare(sql);
    this.#statements.set(sql, prepared);
    return prepared;
  }
}

/** Copies a record into a new file, which is complete without a write-ahead log. */
export function copyRecord(from: string, to: string): void {
  const connection = new Connection(from);
  try {
    connection.run('VACUUM INTO ?', to);
  } finally {
    connection.close();
  }
}
