import type { Connection } from './connection.js';
import type { BranchRecord, ExperimentId, Point } from './records.js';

/** Reads the branches of a record, in the order in which their names were first given. */
export function branchesOf(connection: Connection): readonly BranchRecord[] {
  return connection.all(
    `SELECT name, experiment FROM branches b
     WHERE id = (SELECT max(id) FROM branches WHERE name = b.name) AND experiment IS NOT NULL
     ORDER BY (SELECT min(id) FROM branches WHERE name = b.name)`,
  ) as unknown as BranchRecord[];
}

/** Finds the experiment that recorded a point in the history of `experiment`. */
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
