import type { Method } from '../domain/experiment.js';
import type { Path } from '../domain/path.js';
import type { System } from '../domain/system.js';
import type { TaskName } from '../domain/task.js';
import { type Locks, locksDuring } from './locks.js';
import { scoreOf } from './score.js';

/** A measured path, with its score at this moment. */
export interface Scored {
  readonly path: Path;
  readonly score: number;
}

/** Paths of a task, oldest first. */
export function populationOf(system: System, task: TaskName): readonly Path[] {
  return [...system.paths.values()].filter((path) => path.task === task);
}

/** The path with the highest score, the most recent among equals; null for an empty population. */
export function bestPath(
  system: System,
  task: TaskName,
  method: Method,
  locks: Locks = locksDuring(system, task),
): Scored | null {
  let best: Scored | null = null;
  for (const path of populationOf(system, task)) {
    const score = scoreOf(path, system, locks, method.score);
    if (best === null || score >= best.score) best = { path, score };
  }
  return best;
}

/** The population by decreasing score; older first among equals. */
export function ranked(
  system: System,
  task: TaskName,
  locks: Locks,
  method: Method,
): readonly Scored[] {
  return populationOf(system, task)
    .map((path) => ({ path, score: scoreOf(path, system, locks, method.score) }))
    .sort((a, b) => b.score - a.score);
}
