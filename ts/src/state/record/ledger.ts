import { existsSync, mkdirSync, rmSync } from 'node:fs';
import { basename } from 'node:path';
import type { Component, Digest } from '../../domain/component.js';
import { Mu2NetError } from '../../domain/errors.js';
import type { Experiment } from '../../domain/experiment.js';
import type { Structure } from '../../domain/flops.js';
import type { Task } from '../../domain/task.js';
import { recordFileOf } from '../directory.js';
import { renameDurably } from '../durable.js';
import { type Address, runNameOf } from '../runs.js';
import { branchesOf, ownerOf } from './branches.js';
import { type Access, Connection, copyRecord } from './connection.js';
import { GroupedWrites } from './grouped-writes.js';
import { HEAD, History } from './history.js';
import {
  insertBranch,
  insertComponents,
  insertEvaluation,
  insertExperiment,
  insertIteration,
  insertPath,
  insertTask,
  type NewExperiment,
} from './insert.js';
import { type NewRun, START, writeNewRun } from './new-run.js';
import { onFile } from './record-error.js';
import {
  type BaselineRecord,
  type Beginning,
  type BranchRecord,
  type EvaluationRecord,
  type ExperimentId,
  type GenerationCommit,
  type IterationRecord,
  MAIN,
  type MeasurementRecord,
  type PathRecord,
  type Point,
  type RecordedMeasurement,
  type ScoreRecord,
  type WorkerRecord,
} from './records.js';
import { connect } from './schema-version.js';
import { storedChild, storedMeasurement } from './stored-names.js';

/** A new experiment that continues from a point in the history of this ledger's branch. */
export interface Fork {
  /** The branch that names it. If the branch exists, its earlier history stays in the record. */
  readonly name: string;
  readonly point: Point;
  readonly beginning: Beginning;
  readonly experiment: Experiment;
  readonly firstIteration: number;
  /** A new branch that keeps what `name` stands for until now. */
  readonly kept?: string | null;
  /** Models that it takes over from another branch. */
  readonly adopted?: AdoptedModels;
  readonly createdAt: Date;
}

/** Models of another branch, with the ids that they get in this branch. */
export interface AdoptedModels {
  readonly tasks: readonly Task[];
  readonly paths: readonly PathRecord[];
  readonly components: readonly Component[];
  readonly evaluations: readonly EvaluationRecord[];
}

/**
 * The durable record of a system: one SQLite file per run directory, as one of its branches sees
 * it. A write is on disk when it returns, or when its promise is fulfilled (WAL, synchronous FULL).
 */
export class Ledger extends History {
  readonly #measurements = new GroupedWrites<RecordedMeasurement>((rows) =>
    this.#writeMeasurements(rows),
  );

  protected constructor(
    address: Address,
    connection: Connection,
    experiment: ExperimentId,
    upTo: Point,
  ) {
    super(address, connection, experiment, upTo);
  }

  /** Opens the record of a run to read it; writing to it is an error. */
  static read({ directory, branch }: Address, upTo: Point = HEAD): Ledger {
    const ledger = Ledger.open(directory, branch, upTo, 'read');
    ledger.connection.exec('PRAGMA query_only = ON');
    return ledger;
  }

  /**
   * Creates the record of a new run, completely or not at all.
   * @throws Mu2NetError RUN_EXISTS when the directory already has a record.
   */
  static create(directory: string, newRun: NewRun): Ledger {
    const file = recordFileOf(directory);
    if (existsSync(file)) {
      throw new Mu2NetError(
        'RUN_EXISTS',
        `${directory} already contains a run; continue it with 'mu2net resume', or choose a different --name`,
        { run: basename(directory), file: directory },
      );
    }
    onFile(directory, () => mkdirSync(directory, { recursive: true }));
    const draft = `${file}.draft`;
    // An interrupted founding may have left one, with its journal.
    for (const left of ['', '-journal']) rmSync(draft + left, { force: true });
    let base: Pick<NewExperiment, 'base' | 'point'> = { base: null, point: START };
    if (newRun.from !== null) {
      base = Ledger.readHead(newRun.from);
      copyRecord(recordFileOf(newRun.from.directory), draft);
    }
    const connection = new Connection(draft);
    try {
      // The file must be complete without a write-ahead log, which a rename would lose.
      connection.exec('PRAGMA journal_mode = DELETE');
      writeNewRun(connection, newRun, base);
    } finally {
      connection.close();
    }
    onFile(file, () => renameDurably(draft, file));
    return Ledger.open(directory);
  }

  static readHead({ directory, branch }: Address): Pick<NewExperiment, 'base' | 'point'> {
    const ledger = Ledger.read({ directory, branch });
    try {
      return { base: ledger.experiment, point: ledger.head() };
    } finally {
      ledger.close();
    }
  }

  /** Creates a record in memory, which is lost when it is closed. */
  static inMemory(newRun: NewRun): Ledger {
    const connection = new Connection(':memory:');
    const experiment = writeNewRun(connection, newRun, { base: null, point: START });
    return new this({ directory: ':memory:', branch: MAIN }, connection, experiment, HEAD);
  }

  /**
   * Opens the record of a run as one of its branches sees it, up to a point in its history.
   *
   * @throws Mu2NetError RUN_UNKNOWN, RUN_SCHEMA, RUN_CORRUPT, RUN_READONLY, RUN_UNREADABLE,
   *   DISK_FULL, BRANCH_UNKNOWN
   */
  static open(
    directory: string,
    branch: string = MAIN,
    upTo: Point = HEAD,
    access: Access = 'write',
  ): Ledger {
    const file = recordFileOf(directory);
    if (!existsSync(file)) {
      throw new Mu2NetError(
        'RUN_UNKNOWN',
        `${directory} does not contain a run (it has no ${basename(file)}); 'mu2net status --all' lists the runs`,
        { run: basename(directory), file: directory },
      );
    }
    const connection = connect(file, directory, access);
    try {
      const branches = branchesOf(connection);
      const record = branches.find(({ name }) => name === branch);
      if (!record) throw unknownBranch(branch, directory, branches);
      const id = ownerOf(connection, record.experiment, upTo);
      return new Ledger({ directory, branch }, connection, id, upTo);
    } catch (error) {
      connection.close();
      throw error;
    }
  }

  /** Yields a ledger for each other branch of the run, and closes it before the next. */
  *otherBranches(): Generator<Ledger> {
    for (const { name, experiment } of this.branches()) {
      if (experiment === this.experiment) continue;
      const other = Ledger.read({ directory: this.directory, branch: name });
      try {
        yield other;
      } finally {
        other.close();
      }
    }
  }

  /**
   * Records a child's measurement and who measured it; a second measurement of the same child is
   * ignored. Measurements that come together share one transaction. When the promise is fulfilled,
   * this one and all before it are on disk.
   */
  recordMeasurement(measurement: MeasurementRecord, worker: string | null = null): Promise<void> {
    return this.#measurements.add({ measurement, worker });
  }

  #writeMeasurements(rows: readonly RecordedMeasurement[]): void {
    this.connection.write(() => {
      for (const { measurement, worker } of rows) {
        this.connection.run(
          'INSERT OR IGNORE INTO main.measurements VALUES (?, ?, ?)',
          this.experiment,
          measurement.pathId,
          JSON.stringify(storedMeasurement(measurement, worker)),
        );
      }
    });
  }

  /** Writes what waits to be written, and closes the connection to the record. */
  override close(): void {
    try {
      this.#measurements.flush();
    } finally {
      super.close();
    }
  }

  /** Records the baseline of a task; a second one of the same task is ignored. */
  recordBaseline(task: Task, { majority, probe, total, outcomes }: BaselineRecord): void {
    this.connection.run(
      'INSERT OR IGNORE INTO main.baselines VALUES (?, ?, ?, ?, ?)',
      ...[JSON.stringify(task), majority, probe, total, outcomes],
    );
  }

  /** Records the operations of a structure; a second count of the same structure is ignored. */
  recordFlops(structure: Structure, flops: number): void {
    this.connection.run('INSERT OR IGNORE INTO main.flops VALUES (?, ?)', structure, flops);
  }

  /** Records a generation, its children and its retained paths in one transaction. */
  recordGeneration(commit: GenerationCommit): void {
    const { generation } = commit;
    const { connection, experiment } = this;
    connection.write(() => {
      connection.run(
        'INSERT INTO main.generations VALUES (?, ?, ?, ?, ?, ?)',
        experiment,
        generation.iteration,
        generation.generation,
        JSON.stringify(generation.data),
        JSON.stringify(generation.seedPaths),
        JSON.stringify(generation.pruned),
      );
      insertComponents(connection, experiment, commit.components);
      for (const path of commit.paths) insertPath(connection, experiment, path);
      for (const child of commit.children) {
        connection.run(
          'INSERT INTO main.children VALUES (?, ?, ?, ?, ?, ?, ?, ?)',
          experiment,
          child.pathId,
          child.parentId,
          child.task,
          child.iteration,
          child.generation,
          JSON.stringify(storedChild(child)),
          Number(child.retained),
        );
      }
    });
  }

  /** Records the end of a task iteration. */
  recordIteration(iteration: Omit<IterationRecord, 'endedAt'>, endedAt: Date): void {
    insertIteration(this.connection, this.experiment, iteration, endedAt);
  }

  /** Records the scores of the living models after a task iteration; a second time is ignored. */
  recordScores(iteration: number, scores: readonly ScoreRecord[]): void {
    this.connection.write(() => {
      for (const { pathId, score, accountedParameterCount } of scores) {
        this.connection.run(
          'INSERT OR IGNORE INTO main.scores VALUES (?, ?, ?, ?, ?)',
          this.experiment,
          iteration,
          pathId,
          score,
          accountedParameterCount,
        );
      }
    });
  }

  /** Records an evaluation of a path; all branches with this path see it. */
  recordEvaluation(evaluation: EvaluationRecord, evaluatedAt: Date): void {
    const [path] = this.connection.all(
      'SELECT experiment FROM paths WHERE id = ?',
      evaluation.pathId,
    );
    if (!path) throw new Error(`path ${evaluation.pathId} is evaluated but not recorded`);
    const owner = path.experiment as ExperimentId;
    insertEvaluation(this.connection, owner, evaluation, evaluatedAt);
  }

  /** Records tasks of the experiment that are new in the history. */
  recordTasks(tasks: readonly Task[]): void {
    this.connection.write(() => {
      for (const task of tasks) insertTask(this.connection, this.experiment, task);
    });
  }

  /** Records the start of a session and its workers. */
  recordSession(workers: readonly WorkerRecord[], startedAt: Date): void {
    this.connection.run(
      'INSERT INTO main.sessions (workers, started_at) VALUES (?, ?)',
      JSON.stringify(workers),
      startedAt.toISOString(),
    );
  }

  /** Records that the store no longer has these objects. */
  removeStored(digests: Iterable<Digest>): void {
    this.connection.run(
      'DELETE FROM main.stored WHERE digest IN (SELECT value FROM json_each(?))',
      JSON.stringify([...digests]),
    );
  }

  /** Records a new experiment that continues from a point in this history, and names it. */
  fork({ name, kept, adopted, createdAt, ...rest }: Fork): void {
    const { connection } = this;
    const base = ownerOf(connection, this.experiment, rest.point);
    connection.write(() => {
      const experiment = insertExperiment(connection, { ...rest, base, createdAt });
      for (const task of adopted?.tasks ?? []) insertTask(connection, experiment, task);
      insertComponents(connection, experiment, adopted?.components ?? []);
      for (const path of adopted?.paths ?? []) {
        insertPath(connection, experiment, path);
        const { iteration, task, id } = path;
        if (iteration !== null && task !== null) {
          insertIteration(
            connection,
            experiment,
            { id: iteration, task, bestPathId: id },
            createdAt,
          );
        }
      }
      for (const evaluation of adopted?.evaluations ?? []) {
        insertEvaluation(connection, experiment, evaluation, createdAt);
      }
      const before = branchesOf(connection).find((branch) => branch.name === name);
      if (kept && before) insertBranch(connection, kept, before.experiment, createdAt);
      insertBranch(connection, name, experiment, createdAt);
    });
  }

  /** Drops the name of a branch; its history stays in the record. */
  dropBranch(name: string, droppedAt: Date): void {
    insertBranch(this.connection, name, null, droppedAt);
  }
}

function unknownBranch(name: string, directory: string, branches: readonly BranchRecord[]) {
  const names = branches.map((branch) => branch.name);
  return new Mu2NetError(
    'BRANCH_UNKNOWN',
    `${directory} has no branch '${name}'; it has ${names.join(', ')}`,
    { run: runNameOf({ directory, branch: name }), branch: name },
  );
}

/** Opens the record of a run or branch, reads from it, and closes it. */
export function readRun<T>(address: Address, read: (ledger: Ledger) => T): T {
  const ledger = Ledger.read(address);
  try {
    return read(ledger);
  } finally {
    ledger.close();
  }
}
