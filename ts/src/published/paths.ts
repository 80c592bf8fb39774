import type { PathId } from '../domain/path.js';
import type { TaskName } from '../domain/task.js';
import {
  optionalNumber,
  type PartNames,
  type PublishedPath,
  type PublishedState,
  type PublishedSystem,
  parseHyperparameters,
  requireCell,
  requireInteger,
  sortForward,
} from './rows.js';

/** Name of the task of root models in the notebook. */
const NOT_TRAINABLE = 'NOT_TRAINABLE';

/**
 * Rebuilds the system of a state of mu2Net.ipynb. The parent of a path is the path from which it
 * was sampled, or its nearest living ancestor if the state no longer has that path. Each task has
 * one iteration with all its paths.
 * @throws Mu2NetError CHECKPOINT_INVALID
 */
export function publishedPaths(
  { living, sampled }: PublishedState,
  names: PartNames,
): PublishedSystem {
  const livingIds = new Set(living.map((row) => requireInteger(row, 'id')));
  const tasks = new Set(living.map((row) => row.task_name));
  // The row of a living path replaces the row that was saved when it was sampled.
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
      const score = isRoot ? null : optionalNumber(row, 'score');
      return {
        id,
        task: isRoot ? null : (row.task_name ?? ''),
        parentId: isRoot ? null : (parentId ?? null),
        hyperparameters,
        parts: sortForward(parts, names, hyperparameters),
        quality: isRoot ? null : optionalNumber(row, 'metrics.quality'),
        score,
        iteration: null,
        living: livingIds.has(id),
        retained: score !== null,
        isPrivate: row['metrics.private'] === 'True',
        testQuality: optionalNumber(row, 'metrics.test_quality'),
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

/** Returns each task's best living path, the most recent among equals, in the order of learning. */
function bestPaths(paths: readonly PublishedPath[]): ReadonlyMap<TaskName, PathId> {
  const best = new Map<TaskName, PublishedPath>();
  for (const path of paths) {
    if (path.task === null || !path.living || path.score === null) continue;
    const other = best.get(path.task)?.score ?? null;
    if (other === null || path.score >= other) best.set(path.task, path);
  }
  return new Map([...best].map(([task, { id }]) => [task, id]));
}
