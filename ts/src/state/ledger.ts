import { existsSync, mkdirSync, rmSync } from 'node:fs';
import { basename } from 'node:path';
import type { Component, Digest } from '../domain/component.js';
import { Mu2NetError } from '../domain/errors.js';
import type { Experiment } from '../domain/experiment.js';
import type { Structure } from '../domain/flops.js';
import type { Path, PathId } from '../domain/path.js';
import type { Task, TaskName } from '../domain/task.js';
import { Connection } from './connection.js';
import { connect, copyRecord } from './database.js';
import { recordFileOf } from './directory.js';
import { renameDurably } from './durable.js';
import { branchesOf, HEAD, History, ownerOf } from './history.js';
import {
  insertComponents,
  insertEvaluation,
  insertExperiment,
  insertIteration,
  insertPath,
  insertTask,
  insertBranch,
  type NewExperiment,
} from './insert.js';
import {
  type Beginning,
  type BranchRecord,
  type EvaluationRecord,
  type ExperimentId,
  type GenerationCommit,
  MAIN,
  type PathRecord,
  type Point,
  type WorkerRecord,
} from './records.js';
import { type Address, runNameOf } from './runs.js';
import { SCHEMA, SCHEMA_VERSION } from './schema.js';

/** What a run begins with: an experiment and its tasks, on a root model or an earlier run's system. */
export interface NewRun {
  readonly experiment: Experiment;
  readonly tasks: readonly Task[];
  readonly root: { readonly path: Path; readonly components: readonly Component[] } | null;
  /** The earlier run or branch whose record is copied. */
  readonly from: Address | null;
  readonly createdAt: Date;
}

/** An experiment that goes on from a point of the history of this ledger's branch. */
export interface Fork {
  /** The branch that is to be its name; what else the name stood for until now is kept. */
  readonly name: string;
  readonly point: Point;
  readonly beginning: Beginning;
  readonly experiment: Experiment;
  readonly firstIteration: number;
  /** What it takes over from another branch: task iterations that were done there. */
  readonly adopted?: AdoptedModels;
  readonly createdAt: Date;
}

/** Models of another branch, under the ids that they have in this one. */
export interface AdoptedModels {
  readonly tasks: readonly Task[];
  readonly paths: readonly PathRecord[];
  readonly components: readonly Component[];
  readonly evaluations: readonly EvaluationRecord[];
}

/**
 * The durable record of a system: one SQLite file per run directory, seen from one of its branches. A
 * write that has returned is on disk (WAL, synchronous FULL).
 */
export class Ledger extends History {
  private constructor(
    directory: string,
    connection: Connection,
    experiment: ExperimentId,
    upTo: Point,
  ) {
    super(directory, connection, experiment, upTo);
  }

  /**
   * Creates the record of a new run, whole or not at all.
   * @throws Mu2NetError RUN_EXISTS when the directory has one already.
   */
  static create(directory: string, newRun: NewRun): Ledger {
    const file = recordFileOf(directory);
    if (existsSync(file)) {
      throw new Mu2NetError(
        'RUN_EXISTS',
        `${directory} holds a run already; continue it with 'npx mu2net resume', or choose another --name`,
        { run: basename(directory), file: directory },
      );
    }
    mkdirSync(directory, { recursive: true });
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
      // The file must be whole without a write-ahead log beside it, which a rename would lose.
      connection.exec('PRAGMA journal_mode = DELETE');
      writeNewRun(connection, newRun, base);
    } finally {
      connection.close();
    }
    renameDurably(draft, file);
    return Ledger.open(directory);
  }

  static readHead({ directory, branch }: Address): Pick<NewExperiment, 'base' | 'point'> {
    const ledger = Ledger.open(directory, branch);
    try {
      return { base: ledger.experiment, point: ledger.head() };
    } finally {
      ledger.close();
    }
  }

  /** A record that is kept nowhere: for simulations. */
  static inMemory(newRun: NewRun): Ledger {
    const connection = new Connection(':memory:');
    const experiment = writeNewRun(connection, newRun, { base: null, point: START });
    return new Ledger(':memory:', connection, experiment, HEAD);
  }

  /**
   * Opens the record of a run as one of its branches has it, now or at an earlier point of its
   * history: what is not of that history then is not seen.
   *
   * @throws Mu2NetError RUN_UNKNOWN when there is none, RUN_SCHEMA when it is of another version,
   *   BRANCH_UNKNOWN.
   */
  static open(directory: string, branch: string = MAIN, upTo: Point = HEAD): Ledger {
    const file = recordFileOf(directory);
    if (!existsSync(file)) {
      throw new Mu2NetError(
        'RUN_UNKNOWN',
        `${directory} holds no run (there is no ${basename(file)}); 'npx mu2net status --all' lists all runs`,
        { run: basename(directory), file: directory },
      );
    }
    const connection = connect(file, directory);
    try {
      const branches = branchesOf(connection);
      const record = branches.find(({ name }) => name === branch);
      if (!record) throw unknownBranch(branch, directory, branches);
      const id = ownerOf(connection, record.experiment, upTo);
      return new Ledger(directory, connection, id, upTo);
    } catch (error) {
      connection.close();
      throw error;
    }
  }

  /** The run's other branches, one after the other: each is closed when the next is asked for. */
  *otherBranches(): Generator<Ledger> {
    for (const { name, experiment } of this.branches()) {
      if (experiment === this.experiment) continue;
      const other = Ledger.open(this.directory, name);
      try {
        yield other;
      } finally {
        other.close();
      }
    }
  }

  /** Records a child's measurement before its generation is complete; the first one stands. */
  recordMeasurement(path: PathId, measurement: unknown): void {
    this.connection.run(
      'INSERT OR IGNORE INTO main.measurements VALUES (?, ?, ?)',
      this.experiment,
      path,
      JSON.stringify(measurement),
    );
  }

  /** Records the operations of a structure; the first count stands. */
  recordFlops(structure: Structure, flops: number): void {
    this.connection.run('INSERT OR IGNORE INTO main.flops VALUES (?, ?)', structure, flops);
  }

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

  recordIteration(id: number, task: TaskName, best: PathId, endedAt: Date): void {
    insertIteration(this.connection, this.experiment, id, task, best, endedAt);
  }

  /** Records an evaluation of a path, for every branch that has the path. */
  recordEvaluation(evaluation: EvaluationRecord, evaluatedAt: Date): void {
    const [path] = this.connection.all(
      'SELECT experiment FROM paths WHERE id = ?',
      evaluation.path,
    );
    if (!path) throw new Error(`path ${evaluation.path} is evaluated and not recorded`);
    const owner = path.experiment as ExperimentId;
    insertEvaluation(this.connection, owner, evaluation, evaluatedAt);
  }

  /** Records tasks that the experiment visits and that the history does not know yet. */
  recordTasks(tasks: readonly Task[]): void {
    this.connection.write(() => {
      for (const task of tasks) insertTask(this.connection, this.experiment, task);
    });
  }

  /** Records who carries the run on from here, on whatever branch. */
  recordSession(workers: readonly WorkerRecord[], startedAt: Date): void {
    this.connection.run(
      'INSERT INTO main.sessions (workers, started_at) VALUES (?, ?)',
      JSON.stringify(workers),
      startedAt.toISOString(),
    );
  }

  /** Records that the store holds these objects no more. */
  removeStored(digests: Iterable<Digest>): void {
    this.connection.run(
      'DELETE FROM main.stored WHERE digest IN (SELECT value FROM json_each(?))',
      JSON.stringify([...digests]),
    );
  }

  /** Begins an experiment from a point of this history, and gives it its name. */
  fork({ name, adopted, createdAt, ...rest }: Fork): void {
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
          insertIteration(connection, experiment, iteration, task, id, createdAt);
        }
      }
      for (const evaluation of adopted?.evaluations ?? []) {
        insertEvaluation(connection, experiment, evaluation, createdAt);
      }
      insertBranch(connection, name, experiment, createdAt);
    });
  }

  /** Takes a branch's name away; its history stays recorded. */
  dropBranch(name: string, droppedAt: Date): void {
    insertBranch(this.connection, name, null, droppedAt);
  }
}

const START: Point = { iteration: 0, generation: 0, path: 0 };

/** Writes what a run begins with; of a copied record, its one branch goes on from `base`. */
function writeNewRun(
  connection: Connection,
  { experiment, tasks, root, from, createdAt }: NewRun,
  { base, point }: Pick<NewExperiment, 'base' | 'point'>,
): ExperimentId {
  return connection.write(() => {
    if (from === null) {
      connection.exec(SCHEMA);
      connection.exec(`PRAGMA user_version = ${SCHEMA_VERSION}`);
    }
    for (const { name } of branchesOf(connection)) {
      if (name !== MAIN) insertBranch(connection, name, null, createdAt);
    }
    const id = insertExperiment(connection, {
      base,
      point,
      beginning: { kind: 'founded' },
      experiment,
      firstIteration: point.iteration,
      createdAt,
    });
    insertBranch(connection, MAIN, id, createdAt);
    for (const task of tasks) insertTask(connection, id, task);
    insertComponents(connection, id, root?.components ?? []);
    if (root) insertPath(connection, id, { ...root.path, iteration: null, score: null });
    return id;
  });
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
export function readRun<T>({ directory, branch }: Address, read: (ledger: Ledger) => T): T {
  const ledger = Ledger.open(directory, branch);
  try {
    return read(ledger);
  } finally {
    ledger.close();
  }
}
