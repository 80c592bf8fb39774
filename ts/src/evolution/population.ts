import type { Path } from '../domain/path.js';
import type { System } from '../domain/system.js';
import type { TaskName } from '../domain/task.js';
import type { Locks } from './locks.js';
import type { Policies, ResolvedMethod, ScoredPath } from './policies.js';
import { scoreOf } from './score.js';

/** Returns the paths of a task, oldest first. */
export function populationOf(system: System, task: TaskName): readonly Path[] {
  return [...system.paths.values()].filter((path) => path.task === task);
}

/** Ranks the population of a task by decreasing score; the older path first among equals. */
export function rankPopulation(
  system: System,
  task: TaskName,
  locks: Locks,
  method: ResolvedMethod,
): readonly ScoredPath[] {
  return populationOf(system, task)
    .map((path) => ({ path, score: scoreOf(path, system, locks, method) }))
    .sort((a, b) => b.score - a.score);
}

/** Returns the best path of a ranking, the most recent among equals; null for an empty ranking. */
export function bestOf(ranking: readonly ScoredPath[]): ScoredPath | null {
  return ranking.findLast(({ score }) => score === ranking[0]?.score) ?? null;
}

/** Requires the score of a parent of the same task; a child of any other parent has no bar. */
export const parentScore: Policies['bar'] = (parent) => parent?.score ?? null;

/** Keeps the best paths, up to the largest size of a population. */
export const keepFittest: Policies['survival'] = (ranking, { maxTaskPopulation }) =>
  maxTaskPopulation === null ? ranking : ranking.slice(0, maxTaskPopulation);
