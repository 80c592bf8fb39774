import { iterationsOf, visitOf } from '../../domain/experiment.js';
import type { Path, PathId } from '../../domain/path.js';
import { restrictToPaths, type System } from '../../domain/system.js';
import type { TaskName } from '../../domain/task.js';
import type { Ledger } from './ledger.js';
import type { PathOutline, PathRecord } from './records.js';

/** Rebuilds the living system from the record, exactly as the run that wrote the record had it. */
export function recallSystem(ledger: Ledger): System {
  return recallPaths(ledger, livingFilter(ledger));
}

/** Returns the recorded paths that are living. */
export function livingPaths(ledger: Ledger): readonly PathRecord[] {
  const living = ledger.pathOutlines().filter(livingFilter(ledger));
  return ledger.paths(living.map(({ id }) => id));
}

function livingFilter(ledger: Ledger): (path: PathOutline) => boolean {
  const bestOf = bestPaths(ledger);
  const current = ledger.iterations().length;
  const pruned = new Set(ledger.generations(current).flatMap((generation) => generation.pruned));
  return ({ id, task, iteration }) =>
    task === null || (!pruned.has(id) && (iteration === current || bestOf.get(task) === id));
}

/**
 * Rebuilds the system of only the root models and the retained model of each task. Candidates of a
 * task iteration in progress are not models and lock nothing.
 */
export function recallModels(ledger: Ledger): System {
  const bestOf = bestPaths(ledger);
  return recallPaths(ledger, ({ id, task }) => task === null || bestOf.get(task) === id);
}

/** Rebuilds the system of the recorded paths that `lives` accepts. */
function recallPaths(ledger: Ledger, lives: (path: PathOutline) => boolean): System {
  const { experiment } = currentExperiment(ledger);
  const outlines = ledger.pathOutlines();
  const parentOf = new Map(outlines.map(({ id, parentId }) => [id, parentId]));
  const ids = new Set(outlines.filter(lives).map(({ id }) => id));
  const nearest = (parent: PathId | null): PathId | null => {
    let id = parent;
    while (id !== null && !ids.has(id)) id = parentOf.get(id) ?? null;
    return id;
  };
  const offspring = new Map<PathId, Map<TaskName, number>>();
  for (const { parentId, task, children } of ledger.offspringCounts()) {
    const counts = offspring.get(parentId) ?? new Map<TaskName, number>();
    offspring.set(parentId, counts.set(task, children));
  }
  const living = ledger
    .paths([...ids])
    .map(({ iteration, score, ...path }): Path => ({ ...path, parentId: nearest(path.parentId) }));
  const used = ledger.components(living.flatMap(({ components }) => components));
  const everything: System = {
    architecture: experiment.architecture,
    paths: new Map(living.map((path) => [path.id, path])),
    components: new Map(used.map((component) => [component.id, component])),
    privateTasks: new Set(
      ledger
        .tasks()
        .filter(({ isPrivate }) => isPrivate)
        .map(({ name }) => name),
    ),
    offspring,
    flops: ledger.flops(),
    nextPathId: ledger.nextPathId(),
  };
  return restrictToPaths(everything, living);
}

/** Returns the best path of each task's last ended iteration, in the order of learning. */
export function bestPaths(ledger: Ledger): ReadonlyMap<TaskName, PathId> {
  return new Map(ledger.iterations().map(({ task, bestPathId }) => [task, bestPathId]));
}

/** Returns the experiment that the branch follows: the last one of its history. */
export function currentExperiment(ledger: Ledger) {
  const last = ledger.experiments().at(-1);
  if (!last) throw new Error(`${ledger.directory} records no experiment`);
  return last;
}

/** Returns the task that a branch is learning; null when its experiment is finished. */
export function taskInProgress(ledger: Ledger): TaskName | null {
  const { experiment, firstIteration } = currentExperiment(ledger);
  const ended = ledger.iterations().length - firstIteration;
  if (ended >= iterationsOf(experiment)) return null;
  return visitOf(experiment, ended).task?.name ?? null;
}

/**
 * Returns the tasks of the branch's experiment whose model is not tested yet. A task of unknown
 * test images, as an imported system may have it, is never tested.
 */
export function untestedTasks(ledger: Ledger): readonly TaskName[] {
  const { experiment } = currentExperiment(ledger);
  const visited = new Set(experiment.tasks.map(({ name }) => name));
  const tested = new Set(ledger.evaluations().map(({ pathId }) => pathId));
  const best = bestPaths(ledger);
  return ledger.tasks().flatMap(({ name, facts }) => {
    const path = best.get(name);
    const isOpen = path !== undefined && visited.has(name) && !tested.has(path);
    return isOpen && facts.examples.test > 0 ? [name] : [];
  });
}

/** Says whether a branch has nothing left to train or to test. */
export function isFinished(ledger: Ledger): boolean {
  return taskInProgress(ledger) === null && untestedTasks(ledger).length === 0;
}
