import type { Component, ComponentId, Digest } from '../../domain/component.js';
import type { Structure } from '../../domain/flops.js';
import type { PathId } from '../../domain/path.js';
import type { Task, TaskName } from '../../domain/task.js';
import { storeOf } from '../directory.js';
import type { Address } from '../runs.js';
import { branchesOf } from './branches.js';
import type { Connection } from './connection.js';
import { CHILD_OUTLINES, CHILD_WORK, childOutlineOfRow, childWorkOfRow } from './outlines.js';
import type {
  BaselineRecord,
  BranchRecord,
  ChildOutline,
  ChildRecord,
  ChildWork,
  EvaluationRecord,
  ExperimentId,
  ExperimentRecord,
  GenerationRecord,
  IterationCount,
  IterationRecord,
  MeasurementRecord,
  PathOutline,
  PathRecord,
  Point,
  RecordedMeasurement,
  ScoreRecord,
  SessionRecord,
} from './records.js';
import {
  childOfRow,
  componentOfRow,
  evaluationOfRow,
  experimentOfRow,
  measurementOfRow,
  pathOfRow,
} from './rows.js';
import { INSERT_CHAIN, VIEWS } from './schema.js';
import { readJson } from './stored.js';

/** The point after everything that is recorded. */
export const HEAD: Point = {
  iteration: Number.MAX_SAFE_INTEGER,
  generation: Number.MAX_SAFE_INTEGER,
  nextPathId: Number.MAX_SAFE_INTEGER,
};

/** Reads the record of one branch: the history of its experiment, up to a point. */
export class History {
  readonly directory: string;
  /** The name of the branch. */
  readonly branch: string;
  protected readonly connection: Connection;
  /** The experiment that the branch names. */
  protected readonly experiment: ExperimentId;

  protected constructor(
    { directory, branch }: Address,
    connection: Connection,
    experiment: ExperimentId,
    upTo: Point,
  ) {
    this.directory = directory;
    this.branch = branch;
    this.connection = connection;
    this.experiment = experiment;
    connection.exec(VIEWS);
    connection.run(INSERT_CHAIN, experiment, upTo.iteration, upTo.generation, upTo.nextPathId);
  }

  /** Closes the connection to the record. */
  close(): void {
    this.connection.close();
  }

  /** Returns the component store of the run: an absolute folder, or an fsspec URL. */
  store(): string {
    const [row] = this.#rows('SELECT url FROM store');
    return typeof row?.url === 'string' ? row.url : storeOf(this.directory);
  }

  /** Returns the branches of the run, in the order in which their names were first given. */
  branches(): readonly BranchRecord[] {
    return branchesOf(this.connection);
  }

  /** Returns the experiments of all branches of the run, oldest first. */
  allExperiments(): readonly ExperimentRecord[] {
    return this.#rows('SELECT * FROM experiments ORDER BY id').map(experimentOfRow);
  }

  /** Returns the experiments of this history, oldest first; the last one is the branch's own. */
  experiments(): readonly ExperimentRecord[] {
    return this.#rows(
      'SELECT * FROM experiments WHERE id IN (SELECT experiment FROM chain) ORDER BY id',
    ).map(experimentOfRow);
  }

  /** Returns the point at which the history ends. */
  head(): Point {
    const iteration = this.iterations().length;
    return {
      iteration,
      generation: this.generations(iteration).length,
      nextPathId: this.nextPathId(),
    };
  }

  /** Returns the tasks, by name. */
  tasks(): readonly Task[] {
    return this.#rows('SELECT * FROM tasks ORDER BY name').map((row) => readJson(row, 'task'));
  }

  /** Returns roots and retained children, living or not, or those with these ids, oldest first. */
  paths(ids?: readonly PathId[]): readonly PathRecord[] {
    const which = 'WHERE id IN (SELECT value FROM json_each(?))';
    const rows =
      ids === undefined
        ? this.#rows('SELECT * FROM paths ORDER BY id')
        : this.#rows(`SELECT * FROM paths ${which} ORDER BY id`, JSON.stringify(ids));
    return rows.map(pathOfRow);
  }

  /** Returns outlines of all paths, oldest first. */
  pathOutlines(): readonly PathOutline[] {
    return this.#rows(
      'SELECT id, task, parent AS parentId, iteration, score FROM paths ORDER BY id',
    ) as unknown as readonly PathOutline[];
  }

  /** Returns the components with these ids, or else all recorded components, oldest first. */
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

  /** Returns the measurement of a child; null when it is not measured. */
  measurement(path: PathId): MeasurementRecord | null {
    const [row] = this.#rows('SELECT measurement FROM measurements WHERE path = ?', path);
    return row ? measurementOfRow(row) : null;
  }

  /** Returns the worker that trained a child; null when it is not recorded. */
  workerOf(path: PathId): string | null {
    const [row] = this.#rows(
      "SELECT measurement ->> 'worker' AS worker FROM measurements WHERE path = ?",
      path,
    );
    return typeof row?.worker === 'string' ? row.worker : null;
  }

  /** Returns the measurements of children from the path `since` on, by path. */
  measurements(since: PathId = 0): ReadonlyMap<PathId, RecordedMeasurement> {
    const rows = this.#rows(
      "SELECT path, measurement, measurement ->> 'worker' AS worker FROM measurements WHERE path >= ?",
      since,
    );
    return new Map(
      rows.map((row) => {
        const worker = typeof row.worker === 'string' ? row.worker : null;
        return [row.path as PathId, { measurement: measurementOfRow(row), worker }];
      }),
    );
  }

  /** Returns the measurements of children whose generation is not recorded yet. */
  pendingMeasurements(): readonly MeasurementRecord[] {
    return this.#rows(
      'SELECT measurement FROM measurements WHERE path >= ?',
      this.nextPathId(),
    ).map(measurementOfRow);
  }

  /** Returns the children of all recorded generations from the path `since` on, oldest first. */
  children(since: PathId = 0): readonly ChildRecord[] {
    return this.#rows('SELECT * FROM children WHERE path >= ? ORDER BY path', since).map(
      childOfRow,
    );
  }

  /** Returns a child of a recorded generation; null when the path is not one. */
  child(path: PathId): ChildRecord | null {
    const [row] = this.#rows('SELECT * FROM children WHERE path = ?', path);
    return row ? childOfRow(row) : null;
  }

  /** Returns outlines of the children of all recorded generations, oldest first. */
  childOutlines(): readonly ChildOutline[] {
    return this.#rows(CHILD_OUTLINES).map(childOutlineOfRow);
  }

  /** Returns what the operations of all children follow from, oldest first. */
  childWork(): readonly ChildWork[] {
    return this.#rows(CHILD_WORK).map(childWorkOfRow);
  }

  /** Counts the children of recorded generations since an iteration, without reading them. */
  childCounts(since: number): { readonly children: number; readonly retained: number } {
    const [row] = this.#rows(
      'SELECT count(*) AS children, total(retained) AS retained FROM children WHERE iteration >= ?',
      since,
    );
    return row as { children: number; retained: number };
  }

  /** Returns how long children since an iteration trained, measured ones of no generation too. */
  trainingSince(since: number): { readonly children: number; readonly seconds: number } {
    const [row] = this.#rows(
      `SELECT count(*) AS children, total(measurement ->> 'trainSeconds') AS seconds
       FROM measurements LEFT JOIN children USING (path)
       WHERE coalesce(children.iteration, ?1) >= ?1 AND measurement ->> 'kind' = 'trained'`,
      since,
    );
    return row as { children: number; seconds: number };
  }

  /** Counts the children of each task iteration, oldest first; adopted iterations have no entry. */
  iterationCounts(): readonly IterationCount[] {
    return this.#rows(
      'SELECT iteration, count(*) AS children, sum(retained) AS retained FROM children GROUP BY iteration ORDER BY iteration',
    ) as unknown as readonly IterationCount[];
  }

  /** Returns the children since an iteration that diverged, oldest first. */
  divergedChildren(since: number): readonly {
    readonly pathId: PathId;
    readonly task: TaskName;
    readonly reason: string;
  }[] {
    return this.#rows(
      `SELECT path AS pathId, task, measurement ->> 'reason' AS reason FROM children JOIN measurements USING (path)
       WHERE iteration >= ? AND measurement ->> 'kind' = 'diverged' ORDER BY path`,
      since,
    ) as unknown as { pathId: PathId; task: TaskName; reason: string }[];
  }

  /** Counts the children per parent and task, without reading them. */
  offspringCounts(): readonly {
    readonly parentId: PathId;
    readonly task: TaskName;
    readonly children: number;
  }[] {
    return this.#rows(
      'SELECT parent AS parentId, task, count(*) AS children FROM children GROUP BY parent, task',
    ) as unknown as { parentId: PathId; task: TaskName; children: number }[];
  }

  /** Returns the id that follows the highest id of roots and recorded children. */
  nextPathId(): PathId {
    const [row] = this.#rows(
      'SELECT max(coalesce((SELECT max(path) FROM children), -1), coalesce((SELECT max(id) FROM paths), -1)) AS last',
    );
    return (row?.last as number) + 1;
  }

  /** Returns the ended task iterations, in order. */
  iterations(): readonly IterationRecord[] {
    return this.#rows('SELECT * FROM iterations ORDER BY id').map((row) => ({
      id: row.id as number,
      task: row.task as TaskName,
      bestPathId: row.best as PathId,
      endedAt: row.ended_at as string,
    }));
  }

  /** Returns the scores that an experiment recorded after a task iteration, by path. */
  scores(experiment: ExperimentId, iteration: number): ReadonlyMap<PathId, ScoreRecord> {
    const rows = this.#rows(
      'SELECT * FROM scores WHERE experiment = ? AND iteration = ?',
      experiment,
      iteration,
    );
    return new Map(
      rows.map((row) => {
        const pathId = row.path as PathId;
        const accountedParameterCount = row.accounted as number;
        return [pathId, { pathId, score: row.score as number, accountedParameterCount }];
      }),
    );
  }

  /** Returns the recorded generations of one task iteration, in order. */
  generations(iteration: number): readonly GenerationRecord[] {
    return this.#rows(
      'SELECT * FROM generations WHERE iteration = ? ORDER BY generation',
      iteration,
    ).map((row) => ({
      iteration,
      generation: row.generation as number,
      data: readJson(row, 'data'),
      seedPaths: readJson(row, 'seed_paths'),
      pruned: readJson(row, 'pruned'),
    }));
  }

  /** Returns the point after this number of iterations and of generations of the next iteration. */
  pointAt(iteration: number, generation: number): Point {
    const [row] = this.#rows(
      `SELECT min(
         coalesce((SELECT min(path) FROM children WHERE (iteration, generation) >= (?1, ?2)), ?3),
         coalesce((SELECT min(id) FROM paths WHERE iteration >= ?1 + (?2 > 0)), ?3)) AS path`,
      iteration,
      generation,
      this.nextPathId(),
    );
    return { iteration, generation, nextPathId: row?.path as PathId };
  }

  /** Says whether a path was evaluated. */
  isEvaluated(path: PathId): boolean {
    return this.#rows('SELECT 1 FROM evaluations WHERE path = ? LIMIT 1', path).length > 0;
  }

  /** Returns the evaluations, oldest first. */
  evaluations(): readonly EvaluationRecord[] {
    return this.#rows('SELECT * FROM evaluations ORDER BY id').map(evaluationOfRow);
  }

  /** Returns the baseline of a task; null when it was not measured. */
  baseline(task: Task): BaselineRecord | null {
    const [row] = this.#rows('SELECT * FROM baselines WHERE task = ?', JSON.stringify(task));
    return row === undefined
      ? null
      : {
          majority: row.majority as number,
          probe: row.probe as number,
          total: row.total as number,
          outcomes: row.outcomes === null ? null : new Uint8Array(row.outcomes as ArrayBuffer),
        };
  }

  /** Returns the recorded operations per structure, of all branches. */
  flops(): ReadonlyMap<Structure, number> {
    return new Map(
      this.#rows('SELECT * FROM flops').map((row) => [
        row.structure as Structure,
        row.flops as number,
      ]),
    );
  }

  /** Returns the sessions on all branches of the run, oldest first. */
  sessions(): readonly SessionRecord[] {
    return this.#rows('SELECT * FROM sessions ORDER BY id').map((row) => ({
      workers: readJson(row, 'workers'),
      startedAt: row.started_at as string,
    }));
  }

  /** Returns the digests of the objects in the store, of all branches. */
  storedDigests(): readonly Digest[] {
    return this.#rows('SELECT digest FROM stored ORDER BY digest').map(
      (row) => row.digest as Digest,
    );
  }

  #rows(sql: string, ...values: unknown[]) {
    return this.connection.all(sql, ...values);
  }
}
