import { iterationsOf, visitOf } from '../domain/experiment.js';
import type { Path, PathId } from '../domain/path.js';
import { restrictToPaths, type System } from '../domain/system.js';
import type { TaskName } from '../domain/task.js';
import type { Ledger } from './ledger.js';
import type { PathRecord } from './records.js';

/** Rebuilds the living system from the record, exactly as the run that wrote it had it. */
export function recallSystem(ledger: Ledger): System {
  return recallPaths(ledger, livingFilter(ledger));
}

/** The recorded paths that live. */
export function livingPaths(ledger: Ledger): readonly PathRecord[] {
  return ledger.paths().filter(livingFilter(ledger));
}

function livingFilter(ledger: Ledger): (path: PathRecord) => boolean {
  const bestOf = bestPaths(ledger);
  const current = ledger.iterations().length;
  const pruned = new Set(ledger.generations(current).flatMap((generation) => generation.pruned));
  return ({ id, task, iteration }) =>
    task === null || (!pruned.has(id) && (iteration === current || bestOf.get(task) === id));
}

/**
 * The system of the root models and each task's retained model alone: candidates of a task iteration
 * in progress are no models, and lock nothing.
 */
export function recallModels(ledger: Ledger): System {
  const bestOf = bestPaths(ledger);
  return recallPaths(ledger, ({ id, task }) => task === null || bestOf.get(task) === id);
}

/** The system of those recorded paths that live. */
function recallPaths(ledger: Ledger, lives: (path: PathRecord) => boolean): System {
  const { experiment } = currentExperiment(ledger);
  const records = ledger.paths();
  const offspring = new Map<PathId, Map<TaskName, number>>();
  for (const { parent, task, children } of ledger.offspringCounts()) {
    const counts = offspring.get(parent) ?? new Map<TaskName, number>();
    offspring.set(parent, counts.set(task, children));
  }
  const paths = records.map(({ iteration, score, ...path }): Path => path);
  const living = paths.filter((_, at) => records[at] && lives(records[at]));
  const used = ledger.components(living.flatMap(({ components }) => components));
  const everything: System = {
    architecture: experiment.architecture,
    paths: new Map(paths.map((path) => [path.id, path])),
    components: new Map(used.map((component) => [component.id, component])),
    privateTasks: new Set(
      ledger
        .tasks()
        .filter(({ isPrivate }) => isPrivate)
        .map(({ name }) => name),
    ),
    offspring,
    flops: ledger.flops(),
    nextPath: ledger.nextPath(),
  };
  return restrictToPaths(everything, living);
}

/** The path that each task's last ended iteration kept, in the order in which tasks were learned. */
export function bestPaths(ledger: Ledger): ReadonlyMap<TaskName, PathId> {
  return new Map(ledger.iterations().map(({ task, best }) => [task, best]));
}

/** The experiment that the run follows: the last that was begun on its system. */
export function currentExperiment(ledger: Ledger) {
  const last = ledger.experiments().at(-1);
  if (!last) throw new Error(`${ledger.directory} records no experiment`);
  return last;
}

/** The task that a branch is learning; null when its experiment is finished. */
export function taskInProgress(ledger: Ledger): TaskName | null {
  const { experiment, firstIteration } = currentExperiment(ledger);
  const ended = ledger.iterations().length - firstIteration;
  if (ended >= iterationsOf(experiment)) return null;
  return visitOf(experiment, ended).task?.name ?? null;
}
