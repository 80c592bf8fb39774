import Database from 'libsql';

/** A row of the database, as SQLite gives it. */
export type Row = Readonly<Record<string, unknown>>;

/** A connection to a record: a write that has returned is on disk. */
export class Connection {
  readonly #database: Database.Database;
  /** Prepared once each: the driver frees a statement late, if at all. */
  readonly #statements = new Map<string, Database.Statement>();

  constructor(file: string) {
    this.#database = new Database(file, { timeout: 5_000 });
    this.#database.pragma('synchronous = FULL');
    this.#database.pragma('foreign_keys = ON');
  }

  /** One transaction: all of `body`'s writes, or none. */
  write<T>(body: () => T): T {
    return this.#database.transaction(body).immediate() as T;
  }

  all(sql: string, ...values: unknown[]): readonly Row[] {
    return this.#prepared(sql).all(...values) as Row[];
  }

  run(sql: string, ...values: unknown[]): void {
    this.#prepared(sql).run(...values);
  }

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
