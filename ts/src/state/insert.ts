import type { Component } from '../domain/component.js';
import type { Experiment } from '../domain/experiment.js';
import type { PathId } from '../domain/path.js';
import type { Task, TaskName } from '../domain/task.js';
import type { Connection } from './connection.js';
import type { Beginning, EvaluationRecord, ExperimentId, PathRecord, Point } from './records.js';

/** An experiment as it is recorded, its id apart. */
export interface NewExperiment {
  readonly base: ExperimentId | null;
  readonly point: Point;
  readonly beginning: Beginning;
  readonly experiment: Experiment;
  readonly firstIteration: number;
  readonly createdAt: Date;
}

export function insertExperiment(connection: Connection, origin: NewExperiment): ExperimentId {
  const { base, point, beginning, experiment, firstIteration, createdAt } = origin;
  const [row] = connection.all(
    `INSERT INTO main.experiments
       (base, iteration, generation, path, beginning, experiment, first_iteration, created_at)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?) RETURNING id`,
    base,
    point.iteration,
    point.generation,
    point.path,
    JSON.stringify(beginning),
    JSON.stringify(experiment),
    firstIteration,
    createdAt.toISOString(),
  );
  return row?.id as ExperimentId;
}

export function insertBranch(
  connection: Connection,
  name: string,
  experiment: ExperimentId | null,
  namedAt: Date,
): void {
  connection.run(
    'INSERT INTO main.branches (name, experiment, named_at) VALUES (?, ?, ?)',
    name,
    experiment,
    namedAt.toISOString(),
  );
}

export function insertTask(connection: Connection, experiment: ExperimentId, task: Task): void {
  connection.run(
    'INSERT INTO main.tasks VALUES (?, ?, ?)',
    experiment,
    task.name,
    JSON.stringify(task),
  );
}

/** Records components, and that the store holds them: in two statements, however many they are. */
export function insertComponents(
  connection: Connection,
  experiment: ExperimentId,
  components: readonly Component[],
): void {
  connection.run(
    `INSERT INTO main.components
     SELECT ?, value ->> 'id', value ->> 'name', value ->> 'parameters', value ->> 'params', value ->> 'trace'
     FROM json_each(?)`,
    experiment,
    JSON.stringify(components),
  );
  const digests = components.flatMap(({ params, trace }) =>
    trace === null ? [params] : [params, trace],
  );
  connection.run(
    'INSERT OR IGNORE INTO main.stored SELECT value FROM json_each(?)',
    JSON.stringify(digests),
  );
}

export function insertPath(
  connection: Connection,
  experiment: ExperimentId,
  path: PathRecord,
): void {
  connection.run(
    'INSERT INTO main.paths VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)',
    experiment,
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

export function insertIteration(
  connection: Connection,
  experiment: ExperimentId,
  id: number,
  task: TaskName,
  best: PathId,
  endedAt: Date,
): void {
  connection.run(
    'INSERT INTO main.iterations VALUES (?, ?, ?, ?, ?)',
    experiment,
    id,
    task,
    best,
    endedAt.toISOString(),
  );
}

export function insertEvaluation(
  connection: Connection,
  experiment: ExperimentId,
  { path, split, correct, total, outcomes }: EvaluationRecord,
  evaluatedAt: Date,
): void {
  connection.run(
    `INSERT INTO main.evaluations (experiment, path, split, correct, total, evaluated_at, outcomes)
     VALUES (?, ?, ?, ?, ?, ?, ?)`,
    experiment,
    path,
    split,
    correct,
    total,
    evaluatedAt.toISOString(),
    outcomes,
  );
}
