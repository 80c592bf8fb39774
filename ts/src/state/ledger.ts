import { existsSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'libsql';
import type { Component, ComponentId, Digest } from '../domain/component.js';
import { Mu2NetError } from '../domain/errors.js';
import type { Experiment } from '../domain/experiment.js';
import type { Structure } from '../domain/flops.js';
import type { Path, PathId } from '../domain/path.js';
import type { Task, TaskName } from '../domain/task.js';
import { renameDurably } from './durable.js';
import type {
  ChildRecord,
  EvaluationRecord,
  ExperimentRecord,
  GenerationCommit,
  GenerationRecord,
  IterationRecord,
  PathRecord,
  SessionRecord,
  WorkerRecord,
} from './records.js';
import { childOfRow, componentOfRow, json, pathOfRow, type Row } from './rows.js';
import { SCHEMA, SCHEMA_VERSION } from './schema.js';

const FILE = 'system.db';

/** What a run begins with: an experiment and its tasks, on a root model or an earlier run's system. */
export interface Founding {
  readonly experiment: Experiment;
  readonly tasks: readonly Task[];
  readonly root: { readonly path: Path; readonly components: readonly Component[] } | null;
  /** Directory of the earlier run whose record is copied. */
  readonly from: string | null;
  readonly createdAt: Date;
}

/**
 * The durable record of a system: one SQLite file per run directory. A write that has returned is on
 * disk (WAL, synchronous FULL).
 */
export class Ledger {
  readonly directory: string;
  readonly #database: Database.Database;
  /** Prepared once each: the driver frees a statement late, if at all. */
  readonly #statements = new Map<string, Database.Statement>();

  private constructor(directory: string, database: Database.Database) {
    this.directory = directory;
    this.#database = database;
    database.pragma('synchronous = FULL');
    database.pragma('foreign_keys = ON');
  }

  /**
   * Creates the record of a new run, whole or not at all.
   * @throws Mu2NetError RUN_EXISTS when the directory has one already.
   */
  static create(directory: string, founding: Founding): Ledger {
    const file = join(directory, FILE);
    if (existsSync(file)) {
      throw new Mu2NetError(
        'RUN_EXISTS',
        `${directory} holds a run already; continue it with 'mu2net resume', or choose another --name`,
      );
    }
    mkdirSync(directory, { recursive: true });
    const draft = `${file}.draft`;
    // An interrupted founding may have left one, with its journal.
    for (const left of ['', '-journal']) rmSync(draft + left, { force: true });
    if (founding.from !== null) {
      const earlier = Ledger.open(founding.from);
      earlier.#database.prepare('VACUUM INTO ?').run(draft);
      earlier.close();
    }
    const ledger = new Ledger(directory, new Database(draft));
    try {
      // The file must be whole without a write-ahead log beside it, which a rename would lose.
      ledger.#database.pragma('journal_mode = DELETE');
      ledger.#found(founding);
    } finally {
      ledger.close();
    }
    renameDurably(draft, file);
    return Ledger.open(directory);
  }

  /** A record that is kept nowhere: for simulations. */
  static inMemory(founding: Founding): Ledger {
    const ledger = new Ledger(':memory:', new Database(':memory:'));
    ledger.#found(founding);
    return ledger;
  }

  /**
   * Opens the record of a run.
   * @throws Mu2NetError RUN_UNKNOWN when there is none, RUN_SCHEMA when it is of another version.
   */
  static open(directory: string): Ledger {
    const file = join(directory, FILE);
    if (!existsSync(file)) {
      throw new Mu2NetError(
        'RUN_UNKNOWN',
        `${directory} holds no run (there is no ${FILE}); 'mu2net status' lists the runs there are`,
      );
    }
    const database = new Database(file, { timeout: 5_000 });
    const version = schemaVersionOf(database);
    if (version !== SCHEMA_VERSION) {
      database.close();
      throw new Mu2NetError(
        'RUN_SCHEMA',
        `${file} has ${version === null ? 'no schema' : `schema ${version}`}, this mu2net reads schema ${SCHEMA_VERSION}; use the mu2net that wrote it`,
      );
    }
    database.pragma('journal_mode = WAL');
    return new Ledger(directory, database);
  }

  close(): void {
    this.#database.close();
  }

  #write(body: () => void): void {
    this.#database.transaction(body).immediate();
  }

  #prepared(sql: string): Database.Statement {
    const prepared = this.#statements.get(sql) ?? this.#database.prepare(sql);
    this.#statements.set(sql, prepared);
    return prepared;
  }

  #all(sql: string, ...values: unknown[]): readonly Row[] {
    return this.#prepared(sql).all(...values) as Row[];
  }

  #run(sql: string, ...values: unknown[]): void {
    this.#prepared(sql).run(...values);
  }

  #found({ experiment, tasks, root, from, createdAt }: Founding): void {
    this.#write(() => {
      if (from === null) {
        this.#database.exec(SCHEMA);
        this.#run(`PRAGMA user_version = ${SCHEMA_VERSION}`);
      }
      this.#run(
        'INSERT INTO experiments (experiment, first_iteration, created_at) VALUES (?, (SELECT count(*) FROM iterations), ?)',
        JSON.stringify(experiment),
        createdAt.toISOString(),
      );
      for (const task of tasks) {
        this.#run('INSERT OR REPLACE INTO tasks VALUES (?, ?)', task.name, JSON.stringify(task));
      }
      for (const component of root?.components ?? []) this.#insertComponent(component);
      if (root) this.#insertPath({ ...root.path, iteration: null, score: null });
    });
  }

  /** Records a child's measurement before its generation is complete; the first one stands. */
  addMeasurement(path: PathId, measurement: unknown): void {
    this.#run(
      'INSERT OR IGNORE INTO measurements VALUES (?, ?)',
      path,
      JSON.stringify(measurement),
    );
  }

  /** Records the operations of a structure; the first count stands. */
  addFlops(structure: Structure, flops: number): void {
    this.#run('INSERT OR IGNORE INTO flops VALUES (?, ?)', structure, flops);
  }

  commitGeneration(commit: GenerationCommit): void {
    const { generation } = commit;
    this.#write(() => {
      this.#run(
        'INSERT INTO generations VALUES (?, ?, ?, ?, ?)',
        generation.iteration,
        generation.generation,
        JSON.stringify(generation.data),
        JSON.stringify(generation.seedPaths),
        JSON.stringify(generation.pruned),
      );
      for (const component of commit.components) this.#insertComponent(component);
      for (const path of commit.paths) this.#insertPath(path);
      for (const child of commit.children) {
        this.#run(
          'INSERT INTO children VALUES (?, ?, ?, ?, ?, ?, ?)',
          child.path,
          child.parent,
          child.task,
          child.iteration,
          child.generation,
          JSON.stringify(child.child),
          Number(child.retained),
        );
      }
    });
  }

  endIteration(id: number, task: TaskName, best: PathId, endedAt: Date): void {
    this.#run('INSERT INTO iterations VALUES (?, ?, ?, ?)', id, task, best, endedAt.toISOString());
  }

  addEvaluation(evaluation: EvaluationRecord, evaluatedAt: Date): void {
    this.#run(
      'INSERT INTO evaluations (path, split, correct, total, evaluated_at) VALUES (?, ?, ?, ?, ?)',
      evaluation.path,
      evaluation.split,
      evaluation.correct,
      evaluation.total,
      evaluatedAt.toISOString(),
    );
  }

  addSession(workers: readonly WorkerRecord[], startedAt: Date): void {
    this.#run(
      'INSERT INTO sessions (workers, started_at) VALUES (?, ?)',
      JSON.stringify(workers),
      startedAt.toISOString(),
    );
  }

  /** Records that the store holds these objects no more. */
  removeStored(digests: Iterable<Digest>): void {
    this.#write(() => {
      for (const digest of digests) this.#run('DELETE FROM stored WHERE digest = ?', digest);
    });
  }

  #insertComponent({ id, name, parameters, params, trace }: Component): void {
    this.#run('INSERT INTO components VALUES (?, ?, ?, ?, ?)', id, name, parameters, params, trace);
    for (const digest of trace === null ? [params] : [params, trace]) {
      this.#run('INSERT OR IGNORE INTO stored VALUES (?)', digest);
    }
  }

  #insertPath(path: PathRecord): void {
    this.#run(
      'INSERT INTO paths VALUES (?, ?, ?, ?, ?, ?, ?, ?)',
      path.id,
      path.task,
      path.parent,
      path.iteration,
      JSON.stringify(path.hyperparameters),
      JSON.stringify(path.components),
      path.quality,
      path.score,
    );
  }

  /** Every experiment of the system, oldest first; the last one is the one a run follows. */
  experiments(): readonly ExperimentRecord[] {
    return this.#all('SELECT * FROM experiments ORDER BY id').map((row) => ({
      experiment: json(row, 'experiment'),
      firstIteration: row.first_iteration as number,
      createdAt: row.created_at as string,
    }));
  }

  tasks(): readonly Task[] {
    return this.#all('SELECT * FROM tasks ORDER BY name').map((row) => json(row, 'task'));
  }

  /** Roots and retained children, oldest first. */
  paths(): readonly PathRecord[] {
    return this.#all('SELECT * FROM paths ORDER BY id').map(pathOfRow);
  }

  /** The components of these ids, or all that were ever recorded. */
  components(ids?: readonly ComponentId[]): readonly Component[] {
    const rows =
      ids === undefined
        ? this.#all('SELECT * FROM components')
        : this.#all(
            'SELECT * FROM components WHERE id IN (SELECT value FROM json_each(?))',
            JSON.stringify(ids),
          );
    return rows.map(componentOfRow);
  }

  measurement<T>(path: PathId): T | null {
    const [row] = this.#all('SELECT measurement FROM measurements WHERE path = ?', path);
    return row ? json<T>(row, 'measurement') : null;
  }

  /** Every child of committed generations, oldest first. */
  children<Child>(): readonly ChildRecord<Child>[] {
    return this.#all('SELECT * FROM children ORDER BY path').map((row) => childOfRow<Child>(row));
  }

  /** A child of a committed generation; null where the path is none. */
  child<Child>(path: PathId): ChildRecord<Child> | null {
    const [row] = this.#all('SELECT * FROM children WHERE path = ?', path);
    return row ? childOfRow<Child>(row) : null;
  }

  /** How many children committed generations have since an iteration, without reading them. */
  childCounts(since: number): { readonly children: number; readonly retained: number } {
    const [row] = this.#all(
      'SELECT count(*) AS children, total(retained) AS retained FROM children WHERE iteration >= ?',
      since,
    );
    return row as { children: number; retained: number };
  }

  /** Children since an iteration whose measurement is that they diverged, oldest first. */
  diverged(since: number): readonly {
    readonly path: PathId;
    readonly task: TaskName;
    readonly reason: string;
  }[] {
    return this.#all(
      `SELECT path, task, measurement ->> 'reason' AS reason FROM children JOIN measurements USING (path)
       WHERE iteration >= ? AND measurement ->> 'kind' = 'diverged' ORDER BY path`,
      since,
    ) as unknown as { path: PathId; task: TaskName; reason: string }[];
  }

  /** Number of children per parent and task, without reading them. */
  offspring(): readonly {
    readonly parent: PathId;
    readonly task: TaskName;
    readonly children: number;
  }[] {
    return this.#all(
      'SELECT parent, task, count(*) AS children FROM children GROUP BY parent, task',
    ) as unknown as { parent: PathId; task: TaskName; children: number }[];
  }

  /** The id after the highest that a root or a committed child has. */
  nextPath(): PathId {
    const [row] = this.#all(
      'SELECT max(coalesce((SELECT max(path) FROM children), -1), coalesce((SELECT max(id) FROM paths), -1)) AS last',
    );
    return (row?.last as number) + 1;
  }

  iterations(): readonly IterationRecord[] {
    return this.#all('SELECT * FROM iterations ORDER BY id').map((row) => ({
      id: row.id as number,
      task: row.task as TaskName,
      best: row.best as PathId,
      endedAt: row.ended_at as string,
    }));
  }

  /** Committed generations of one task iteration, in order. */
  generations(iteration: number): readonly GenerationRecord[] {
    return this.#all(
      'SELECT * FROM generations WHERE iteration = ? ORDER BY generation',
      iteration,
    ).map((row) => ({
      iteration,
      generation: row.generation as number,
      data: json(row, 'data'),
      seedPaths: json(row, 'seed_paths'),
      pruned: json(row, 'pruned'),
    }));
  }

  /** Evaluations, oldest first. */
  evaluations(): readonly EvaluationRecord[] {
    return this.#all(
      'SELECT path, split, correct, total FROM evaluations ORDER BY id',
    ) as unknown as EvaluationRecord[];
  }

  /** Operations of every structure that was counted. */
  flops(): ReadonlyMap<Structure, number> {
    return new Map(
      this.#all('SELECT * FROM flops').map((row) => [
        row.structure as Structure,
        row.flops as number,
      ]),
    );
  }

  /** Sessions of the system's runs, oldest first. */
  sessions(): readonly SessionRecord[] {
    return this.#all('SELECT * FROM sessions ORDER BY id').map((row) => ({
      workers: json(row, 'workers'),
      startedAt: row.started_at as string,
    }));
  }

  /** Digests of the components' objects that the store holds. */
  stored(): readonly Digest[] {
    return this.#all('SELECT digest FROM stored ORDER BY digest').map(
      (row) => row.digest as Digest,
    );
  }
}

/** Version of the schema that a file has; null when it is no database at all. */
function schemaVersionOf(database: Database.Database): number | null {
  try {
    const { user_version: version } = database.prepare('PRAGMA user_version').get() as Row;
    return version as number;
  } catch (error) {
    if ((error as { code?: string }).code === 'SQLITE_NOTADB') return null;
    throw error;
  }
}

/** Opens the record in a run directory, reads from it, and closes it. */
export function reading<T>(directory: string, read: (ledger: Ledger) => T): T {
  const ledger = Ledger.open(directory);
  try {
    return read(ledger);
  } finally {
    ledger.close();
  }
}
