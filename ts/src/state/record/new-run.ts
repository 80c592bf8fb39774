import type { Component } from '../../domain/component.js';
import type { Experiment } from '../../domain/experiment.js';
import type { Path } from '../../domain/path.js';
import type { Task } from '../../domain/task.js';
import type { Address } from '../runs.js';
import { branchesOf } from './branches.js';
import type { Connection } from './connection.js';
import {
  insertBranch,
  insertComponents,
  insertExperiment,
  insertPath,
  insertTask,
  type NewExperiment,
} from './insert.js';
import { type ExperimentId, MAIN, type Point } from './records.js';
import { SCHEMA, SCHEMA_VERSION } from './schema.js';

/** Initial record of a run: an experiment, its tasks, and a root model or an earlier system. */
export interface NewRun {
  readonly experiment: Experiment;
  readonly tasks: readonly Task[];
  readonly root: { readonly path: Path; readonly components: readonly Component[] } | null;
  /** The earlier run or branch whose record is copied. */
  readonly from: Address | null;
  /** The component store, if it is not the folder in the run directory. */
  readonly store?: string | undefined;
  readonly createdAt: Date;
}

/** The point before everything. */
export const START: Point = { iteration: 0, generation: 0, nextPathId: 0 };

/**
 * Writes the initial record of a run. In a copied record the main branch continues from `base`, and
 * all other branches are dropped.
 */
export function writeNewRun(
  connection: Connection,
  { experiment, tasks, root, from, store, createdAt }: NewRun,
  { base, point }: Pick<NewExperiment, 'base' | 'point'>,
): ExperimentId {
  return connection.write(() => {
    if (from === null) {
      connection.exec(SCHEMA);
      connection.exec(`PRAGMA user_version = ${SCHEMA_VERSION}`);
    }
    // A copied record has the store of the earlier run.
    connection.run('DELETE FROM main.store');
    if (store !== undefined) connection.run('INSERT INTO main.store VALUES (?)', store);
    for (const { name } of branchesOf(connection)) {
      if (name !== MAIN) insertBranch(connection, name, null, createdAt);
    }
    const id = insertExperiment(connection, {
      base,
      point,
      beginning: { kind: 'created' },
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
