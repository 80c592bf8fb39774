import type { PathId } from '../domain/path.js';
import type { TaskName } from '../domain/task.js';
import {
  requireCell,
  parseHyperparameters,
  sortForward,
  measurementIn,
  requireInteger,
  type PartNames,
  type PublishedPath,
  type PublishedState,
  type PublishedSystem,
} from './rows.js';

/** The task of root models. */
const NOT_TRAINABLE = 'NOT_TRAINABLE';

/**
 * Reads the system of a state of mu2Net.ipynb. A parent is the path that was sampled from, where the
 * state still has it, otherwise the nearest living ancestor. A task has one iteration with all its
 * paths.
 */
export function publishedPaths(
  { living, sampled }: PublishedState,
  names: PartNames,
): PublishedSystem {
  const livingIds = new Set(living.map((row) => requireInteger(row, 'id')));
  const tasks = new Set(living.map((row) => row.task_name));
  // What is known of a path was written when it died, or stands in the population.
  const rowById = new Map(
    [...sampled.filter((row) => tasks.has(row.task_name)), ...living].map((row) => [
      requireInteger(row, 'id'),
      row,
    ]),
  );
  const sampledFrom = new Map(
    sampled.map((row) => [requireInteger(row, 'id'), requireInteger(row, 'parent_id')]),
  );
  const paths = [...rowById]
    .sort(([a], [b]) => a - b)
    .map(([id, row]): PublishedPath => {
      const isRoot = row.task_name === NOT_TRAINABLE;
      const parentId = [sampledFrom.get(id), requireInteger(row, 'parent_id')].find(
        (parent) => parent !== undefined && parent < id && rowById.has(parent),
      );
      const hyperparameters = parseHyperparameters(row);
      const parts = requireCell(row, 'components').split('_');
      const score = isRoot ? null : measurementIn(row, 'score');
      return {
        id,
        task: isRoot ? null : (row.task_name ?? ''),
        parent: isRoot ? null : (parentId ?? null),
        hyperparameters,
        parts: sortForward(parts, names, hyperparameters),
        quality: isRoot ? null : measurementIn(row, 'metrics.quality'),
        score,
        iteration: null,
        living: livingIds.has(id),
        retained: score !== null,
        isPrivate: row['metrics.private'] === 'True',
        testQuality: measurementIn(row, 'metrics.test_quality'),
      };
    });
  const best = bestPaths(paths);
  const order = [...best.keys()];
  return {
    paths: paths
      .filter(({ task }) => task === null || best.has(task))
      .map((path) => ({
        ...path,
        iteration: path.task === null ? null : order.indexOf(path.task),
      })),
    iterations: [...best].map(([task, id]) => ({ task, best: id })),
  };
}

/** Each task's best living path, the most recent among equals, in the order of learning. */
function bestPaths(paths: readonly PublishedPath[]): ReadonlyMap<TaskName, PathId> {
  const best = new Map<TaskName, PublishedPath>();
  for (const path of paths) {
    if (path.task === null || !path.living || path.score === null) continue;
    const other = best.get(path.task)?.score ?? null;
    if (other === null || path.score >= other) best.set(path.task, path);
  }
  return new Map([...best].map(([task, { id }]) => [task, id]));
}
