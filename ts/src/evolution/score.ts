import type { ComponentId } from '../domain/component.js';
import type { ScoreRule } from '../domain/experiment.js';
import type { Path } from '../domain/path.js';
import { componentsOf, type System } from '../domain/system.js';
import type { TaskName } from '../domain/task.js';
import { type Locks, NOT_TRAINABLE } from './locks.js';

/** A component's size and identity: all that accounting needs of it. */
export interface Accounted {
  readonly id: ComponentId;
  readonly parameters: number;
}

/**
 * Accounted parameters of a path of `task`: Σ parameters ÷ number of tasks that use the component,
 * this task counted in and the roots' lock left out (method §1).
 */
export function accountedParameters(
  components: Iterable<Accounted>,
  task: TaskName,
  locks: Locks,
): number {
  let sum = 0;
  for (const { id, parameters } of components) {
    const users = locks.get(id);
    if (!users) {
      sum += parameters;
      continue;
    }
    const others = users.size - Number(users.has(NOT_TRAINABLE)) - Number(users.has(task));
    sum += parameters / (others + 1);
  }
  return sum;
}

/** What quality is multiplied by: constant while a child trains, at most 1. */
export function scoreFactor(accounted: number, rule: ScoreRule): number {
  return rule.base ** (accounted / rule.parametersReference);
}

/** A bar that no quality reaches. */
const OUT_OF_REACH = 2;

/**
 * The quality from which a child of that size scores at least `score`; finite, even where the factor
 * is too small for any quality to do so.
 */
export function qualityBar(score: number, accounted: number, rule: ScoreRule): number {
  return score === 0 ? 0 : Math.min(score / scoreFactor(accounted, rule), OUT_OF_REACH);
}

/** Score of a measured path of a task: quality × factor (method §5). */
export function scoreOf(path: Path, system: System, locks: Locks, rule: ScoreRule): number {
  if (path.task === null || path.quality === null) {
    throw new Error(`path ${path.id} is a root model and has no score`);
  }
  const accounted = accountedParameters(componentsOf(path, system), path.task, locks);
  return path.quality * scoreFactor(accounted, rule);
}
