import { Mu2NetError } from '../domain/errors.js';
import type { PathId } from '../domain/path.js';
import { restrictToPaths, type System } from '../domain/system.js';
import type { TaskName } from '../domain/task.js';
import { type Locks, locksDuring } from './locks.js';
import type { ResolvedMethod, ScoredPath } from './policies.js';
import { bestPath } from './population.js';
import type { Streams } from './streams.js';

/** All generations for one active task; its index counts the task iterations of a system from 0. */
export interface TaskIteration {
  readonly index: number;
  readonly task: TaskName;
  readonly numClasses: number;
  /** Train locks: the same in every generation, since children that join belong to the task. */
  readonly locks: Locks;
  /** Candidates from other tasks and the roots, in the order in which the next draw visits them. */
  readonly seedPaths: readonly PathId[];
  /** The generation to ask for next, from 0. */
  readonly generation: number;
}

/** Starts a task iteration: shuffles the seed paths, lifts the task's own locks (method §2.1). */
export function startIteration(
  system: System,
  index: number,
  task: TaskName,
  numClasses: number,
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
 * Ends a task iteration: of the task's population only the best path stays, which locks its
 * components; what nothing reaches is dropped and parents are re-linked (method §2.3).
 *
 * @throws Mu2NetError NO_SURVIVOR when no path of the task was ever retained.
 */
export function endIteration(
  system: System,
  task: TaskName,
  method: ResolvedMethod,
): { readonly system: System; readonly best: ScoredPath } {
  const best = bestPath(system, task, method);
  if (!best) {
    throw new Mu2NetError(
      'NO_SURVIVOR',
      `${task}: no child was retained, so the task has no model; look at why its children failed ('npx mu2net status'), then start a run with a lower opt_lr`,
      { task },
    );
  }
  const living = [...system.paths.values()].filter(
    (path) => path.task !== task || path === best.path,
  );
  return { system: restrictToPaths(system, living), best };
}
