import type { Path } from '../domain/path.js';
import type { System } from '../domain/system.js';
import type { TaskName } from '../domain/task.js';
import { type Locks, locksDuring } from './locks.js';
import type { ResolvedMethod, Policies, ScoredPath } from './policies.js';
import { scoreOf } from './score.js';

/** Paths of a task, oldest first. */
export function populationOf(system: System, task: TaskName): readonly Path[] {
  return [...system.paths.values()].filter((path) => path.task === task);
}

/** The population of a task by decreasing score; older first among equals. */
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

/** The best of a ranking: the most recent among those of the highest score; null for none. */
export function bestOf(ranking: readonly ScoredPath[]): ScoredPath | null {
  return ranking.findLast(({ score }) => score === ranking[0]?.score) ?? null;
}

/** The path of a task with the highest score, the most recent among equals; null for none. */
export function bestPath(system: System, task: TaskName, method: ResolvedMethod): ScoredPath | null {
  return bestOf(rankPopulation(system, task, locksDuring(system, task), method));
}

/** A child of the same task must be as good as its parent; of another's, whatever it reaches will do. */
export const parentScore: Policies['bar'] = (parent) => parent?.score ?? null;

/** The best of the population stay, as many as it may have. */
export const keepFittest: Policies['survival'] = (ranking, { maxTaskPopulation }) =>
  maxTaskPopulation === null ? ranking : ranking.slice(0, maxTaskPopulation);
