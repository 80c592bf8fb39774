import { Mu2NetError } from '../domain/errors.js';
import type { PathId } from '../domain/path.js';
import { restrictToPaths, type System } from '../domain/system.js';
import type { TaskName } from '../domain/task.js';
import { type Locks, locksDuring } from './locks.js';
import type { ResolvedMethod, ScoredPath } from './policies.js';
import { bestOf, rankPopulation } from './population.js';
import type { Streams } from './streams.js';

/** State of a task iteration: all generations for one active task (method §2). */
export interface TaskIteration {
  /** Counts the task iterations of a system from 0. */
  readonly index: number;
  readonly task: TaskName;
  readonly numClasses: number;
  /**
   * Train locks; constant during the iteration, because all retained children belong to the task.
   */
  readonly locks: Locks;
  /** Parents from other tasks and the roots, in the order in which the next draw visits them. */
  readonly seedPaths: readonly PathId[];
  /** Index of the next generation, from 0. */
  readonly generation: number;
}

/**
 * Starts a task iteration: shuffles the seed paths and lifts the task's own locks (method §2.1).
 */
export function startIteration(
  system: System,
  { index, task, numClasses }: Pick<TaskIteration, 'index' | 'task' | 'numClasses'>,
  streams: Streams,
): TaskIteration {
  const seedPaths = [...system.paths.values()]
    .filter((path) => path.task !== task && !(path.task && system.privateTasks.has(path.task)))
    .map((path) => path.id);
  const shuffled = streams.stream('iteration', index, 'seed paths').shuffle(seedPaths);
  const locks = locksDuring(system, task);
  return { index, task, numClasses, locks, seedPaths: shuffled, generation: 0 };
}

/**
 * Ends a task iteration: keeps only the best path of the task's population, which then locks its
 * components; drops unused components and links parents again (method §2.3).
 *
 * @throws Mu2NetError NO_SURVIVOR when the task has no retained path.
 */
export function endIteration(
  system: System,
  { task, locks }: Pick<TaskIteration, 'task' | 'locks'>,
  method: ResolvedMethod,
): { readonly system: System; readonly best: ScoredPath } {
  const best = bestOf(rankPopulation(system, task, locks, method));
  if (!best) {
    throw new Mu2NetError(
      'NO_SURVIVOR',
      `${task}: no child was retained, so the task has no model; run 'mu2net status' to see why the children failed, then start a run with a lower opt_lr`,
      { task },
    );
  }
  const living = [...system.paths.values()].filter(
    (path) => path.task !== task || path === best.path,
  );
  return { system: restrictToPaths(system, living), best };
}
