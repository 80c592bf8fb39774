import type { Component } from '../../domain/component.js';
import type { Experiment } from '../../domain/experiment.js';
import type { Task } from '../../domain/task.js';
import type { Connection } from './connection.js';
import type {
  Beginning,
  EvaluationRecord,
  ExperimentId,
  IterationRecord,
  PathRecord,
  Point,
} from './records.js';
import { storedBeginning } from './stored-names.js';

/** An experiment before it is recorded and has an id. */
export interface NewExperiment {
  readonly base: ExperimentId | null;
  readonly point: Point;
  readonly beginning: Beginning;
  readonly experiment: Experiment;
  readonly firstIteration: number;
  readonly createdAt: Date;
}

/** Records an experiment, and returns its id. */
export function insertExperiment(connection: Connection, origin: NewExperiment): ExperimentId {
  const { base, point, beginning, experiment, firstIteration, createdAt } = origin;
  const [row] = connection.all(
    `INSERT INTO main.experiments
       (base, iteration, generation, path, beginning, experiment, first_iteration, created_at)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?) RETURNING id`,
    base,
    point.iteration,
    point.generation,
    point.nextPathId,
    JSON.stringify(storedBeginning(beginning)),
    JSON.stringify(experiment),
    firstIteration,
    createdAt.toISOString(),
  );
  return row?.id as ExperimentId;
}

/** Records which experiment a branch names from now on; null drops the branch. */
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

/** Records a task of an experiment. */
export function insertTask(connection: Connection, experiment: ExperimentId, task: Task): void {
  connection.run(
    'INSERT INTO main.tasks VALUES (?, ?, ?)',
    experiment,
    task.name,
    JSON.stringify(task),
  );
}

/** Records components and the digests of their objects, in two statements for any number. */
export function insertComponents(
  connection: Connection,
  experiment: ExperimentId,
  components: readonly Component[],
): void {
  connection.run(
    `INSERT INTO main.components
     SELECT ?, value ->> 0, value ->> 1, value ->> 2, value ->> 3, value ->> 4 FROM json_each(?)`,
    experiment,
    JSON.stringify(
      components.map((each) => [
        ...[each.id, each.name, each.parameterCount],
        ...[each.paramsDigest, each.traceDigest],
      ]),
    ),
  );
  const digests = components.flatMap(({ paramsDigest, traceDigest }) =>
    traceDigest === null ? [paramsDigest] : [paramsDigest, traceDigest],
  );
  connection.run(
    'INSERT OR IGNORE INTO main.stored SELECT value FROM json_each(?)',
    JSON.stringify(digests),
  );
}

/** Records a root or a retained child. */
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
    path.parentId,
    path.iteration,
    JSON.stringify(path.hyperparameters),
    JSON.stringify(path.components),
    path.quality,
    path.score,
  );
}

/** Records the end of a task iteration. */
export function insertIteration(
  connection: Connection,
  experiment: ExperimentId,
  { id, task, bestPathId }: Omit<IterationRecord, 'endedAt'>,
  endedAt: Date,
): void {
  connection.run(
    'INSERT INTO main.iterations VALUES (?, ?, ?, ?, ?)',
    experiment,
    id,
    task,
    bestPathId,
    endedAt.toISOString(),
  );
}

/** Records an evaluation; `experiment` is the one that recorded the path. */
export function insertEvaluation(
  connection: Connection,
  experiment: ExperimentId,
  { pathId, split, correct, total, outcomes }: EvaluationRecord,
  evaluatedAt: Date,
): void {
  connection.run(
    `INSERT INTO main.evaluations (experiment, path, split, correct, total, evaluated_at, outcomes)
     VALUES (?, ?, ?, ?, ?, ?, ?)`,
    experiment,
    pathId,
    split,
    correct,
    total,
    evaluatedAt.toISOString(),
    outcomes,
  );
}
