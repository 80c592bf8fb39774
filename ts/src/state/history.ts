import type { Component, ComponentId, Digest } from '../domain/component.js';
import type { Structure } from '../domain/flops.js';
import type { PathId } from '../domain/path.js';
import type { Task, TaskName } from '../domain/task.js';
import type { Connection } from './connection.js';
import type {
  BranchRecord,
  ChildRecord,
  EvaluationRecord,
  ExperimentId,
  ExperimentRecord,
  GenerationRecord,
  IterationRecord,
  PathRecord,
  Point,
  SessionRecord,
} from './records.js';
import {
  childOfRow,
  componentOfRow,
  evaluationOfRow,
  experimentOfRow,
  json,
  pathOfRow,
} from './rows.js';
import { INSERT_CHAIN, VIEWS } from './schema.js';

/** As far as there is anything. */
export const HEAD: Point = {
  iteration: Number.MAX_SAFE_INTEGER,
  generation: Number.MAX_SAFE_INTEGER,
  path: Number.MAX_SAFE_INTEGER,
};

/** What the record says of one branch: the history of its experiment, up to a point. */
export class History {
  readonly directory: string;
  protected readonly connection: Connection;
  /** The experiment that the branch is a name for. */
  protected readonly experiment: ExperimentId;

  protected constructor(
    directory: string,
    connection: Connection,
    experiment: ExperimentId,
    upTo: Point,
  ) {
    this.directory = directory;
    this.connection = connection;
    this.experiment = experiment;
    connection.exec(VIEWS);
    connection.run(INSERT_CHAIN, experiment, upTo.iteration, upTo.generation, upTo.path);
  }

  close(): void {
    this.connection.close();
  }

  /** The branches of the run, in the order in which their names were first given. */
  branches(): readonly BranchRecord[] {
    return branchesOf(this.connection);
  }

  /** Every experiment of the run, on whatever branch, oldest first. */
  allExperiments(): readonly ExperimentRecord[] {
    return this.#rows('SELECT * FROM experiments ORDER BY id').map(experimentOfRow);
  }

  /** The experiments of this history, oldest first; the last one is the one the branch follows. */
  experiments(): readonly ExperimentRecord[] {
    return this.#rows(
      'SELECT * FROM experiments WHERE id IN (SELECT experiment FROM chain) ORDER BY id',
    ).map(experimentOfRow);
  }

  /** Where the history ends. */
  head(): Point {
    const iteration = this.iterations().length;
    return { iteration, generation: this.generations(iteration).length, path: this.nextPath() };
  }

  tasks(): readonly Task[] {
    return this.#rows('SELECT * FROM tasks ORDER BY name').map((row) => json(row, 'task'));
  }

  /** Roots and retained children, oldest first. */
  paths(): readonly PathRecord[] {
    return this.#rows('SELECT * FROM paths ORDER BY id').map(pathOfRow);
  }

  /** The components of these ids, or all that were ever recorded, oldest first. */
  components(ids?: readonly ComponentId[]): readonly Component[] {
    const order = 'ORDER BY CAST(id AS INTEGER), id';
    const rows =
      ids === undefined
        ? this.#rows(`SELECT * FROM components ${order}`)
        : this.#rows(
            `SELECT * FROM components WHERE id IN (SELECT value FROM json_each(?)) ${order}`,
            JSON.stringify(ids),
          );
    return rows.map(componentOfRow);
  }

  measurement<T>(path: PathId): T | null {
    const [row] = this.#rows('SELECT measurement FROM measurements WHERE path = ?', path);
    return row ? json<T>(row, 'measurement') : null;
  }

  /** Measurements of children whose generation is not committed yet. */
  pendingMeasurements<T>(): readonly T[] {
    return this.#rows('SELECT measurement FROM measurements WHERE path >= ?', this.nextPath()).map(
      (row) => json<T>(row, 'measurement'),
    );
  }

  /** Every child of committed generations, oldest first. */
  children<Child>(): readonly ChildRecord<Child>[] {
    return this.#rows('SELECT * FROM children ORDER BY path').map((row) => childOfRow<Child>(row));
  }

  /** A child of a committed generation; null where the path is none. */
  child<Child>(path: PathId): ChildRecord<Child> | null {
    const [row] = this.#rows('SELECT * FROM children WHERE path = ?', path);
    return row ? childOfRow<Child>(row) : null;
  }

  /** How many children committed generations have since an iteration, without reading them. */
  childCounts(since: number): { readonly children: number; readonly retained: number } {
    const [row] = this.#rows(
      'SELECT count(*) AS children, total(retained) AS retained FROM children WHERE iteration >= ?',
      since,
    );
    return row as { children: number; retained: number };
  }

  /** How many children each task iteration has, oldest first; one that was adopted has none. */
  iterationCounts(): readonly {
    readonly iteration: number;
    readonly children: number;
    readonly retained: number;
  }[] {
    return this.#rows(
      'SELECT iteration, count(*) AS children, sum(retained) AS retained FROM children GROUP BY iteration ORDER BY iteration',
    ) as unknown as { iteration: number; children: number; retained: number }[];
  }

  /** Children since an iteration whose measurement is that they diverged, oldest first. */
  divergedChildren(since: number): readonly {
    readonly path: PathId;
    readonly task: TaskName;
    readonly reason: string;
  }[] {
    return this.#rows(
      `SELECT path, task, measurement ->> 'reason' AS reason FROM children JOIN measurements USING (path)
       WHERE iteration >= ? AND measurement ->> 'kind' = 'diverged' ORDER BY path`,
      since,
    ) as unknown as { path: PathId; task: TaskName; reason: string }[];
  }

  /** Number of children per parent and task, without reading them. */
  offspringCounts(): readonly {
    readonly parent: PathId;
    readonly task: TaskName;
    readonly children: number;
  }[] {
    return this.#rows(
      'SELECT parent, task, count(*) AS children FROM children GROUP BY parent, task',
    ) as unknown as { parent: PathId; task: TaskName; children: number }[];
  }

  /** The id after the highest that a root or a committed child has. */
  nextPath(): PathId {
    const [row] = this.#rows(
      'SELECT max(coalesce((SELECT max(path) FROM children), -1), coalesce((SELECT max(id) FROM paths), -1)) AS last',
    );
    return (row?.last as number) + 1;
  }

  iterations(): readonly IterationRecord[] {
    return this.#rows('SELECT * FROM iterations ORDER BY id').map((row) => ({
      id: row.id as number,
      task: row.task as TaskName,
      best: row.best as PathId,
      endedAt: row.ended_at as string,
    }));
  }

  /** Committed generations of one task iteration, in order. */
  generations(iteration: number): readonly GenerationRecord[] {
    return this.#rows(
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

  /** The point of this history at which so many iterations, and generations of the next, are done. */
  pointAt(iteration: number, generation: number): Point {
    const [row] = this.#rows(
      `SELECT min(
         coalesce((SELECT min(path) FROM children WHERE (iteration, generation) >= (?1, ?2)), ?3),
         coalesce((SELECT min(id) FROM paths WHERE iteration >= ?1 + (?2 > 0)), ?3)) AS path`,
      iteration,
      generation,
      this.nextPath(),
    );
    return { iteration, generation, path: row?.path as PathId };
  }

  /** Evaluations, oldest first. */
  evaluations(): readonly EvaluationRecord[] {
    return this.#rows('SELECT * FROM evaluations ORDER BY id').map(evaluationOfRow);
  }

  /** Operations of every structure that was counted, whichever branch it is of. */
  flops(): ReadonlyMap<Structure, number> {
    return new Map(
      this.#rows('SELECT * FROM flops').map((row) => [
        row.structure as Structure,
        row.flops as number,
      ]),
    );
  }

  /** Sessions of the run, on whatever branch, oldest first. */
  sessions(): readonly SessionRecord[] {
    return this.#rows('SELECT * FROM sessions ORDER BY id').map((row) => ({
      workers: json(row, 'workers'),
      startedAt: row.started_at as string,
    }));
  }

  /** Digests of the components' objects that the store holds, whichever branch they are of. */
  storedDigests(): readonly Digest[] {
    return this.#rows('SELECT digest FROM stored ORDER BY digest').map(
      (row) => row.digest as Digest,
    );
  }

  #rows(sql: string, ...values: unknown[]) {
    return this.connection.all(sql, ...values);
  }
}

/** The branches that a record has, in the order in which their names were first given. */
export function branchesOf(connection: Connection): readonly BranchRecord[] {
  return connection.all(
    `SELECT name, experiment FROM branches b
     WHERE id = (SELECT max(id) FROM branches WHERE name = b.name) AND experiment IS NOT NULL
     ORDER BY (SELECT min(id) FROM branches WHERE name = b.name)`,
  ) as unknown as BranchRecord[];
}

/** The experiment that a point of the history of `experiment` belongs to. */
export function ownerOf(
  connection: Connection,
  experiment: ExperimentId,
  point: Point,
): ExperimentId {
  const [row] = connection.all(
    'SELECT base, iteration, generation FROM main.experiments WHERE id = ?',
    experiment,
  );
  const { base, iteration, generation } = row as {
    base: ExperimentId | null;
    iteration: number;
    generation: number;
  };
  const before =
    point.iteration < iteration || (point.iteration === iteration && point.generation < generation);
  return base !== null && before ? ownerOf(connection, base, point) : experiment;
}
