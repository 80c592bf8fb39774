import type { Component, ComponentId } from '../domain/component.js';
import { Mu2NetError } from '../domain/errors.js';
import type { Path, PathId } from '../domain/path.js';
import { componentsOf, lineage, type System } from '../domain/system.js';
import type { TaskName } from '../domain/task.js';
import { type AdoptedModels, Ledger } from '../state/ledger.js';
import { withRunLock } from '../state/locked.js';
import { bestPaths, currentExperiment, recallModels, taskInProgress } from '../state/recall.js';
import { MAIN, type PathRecord } from '../state/records.js';

export interface AdoptOptions {
  /** Tasks whose models are adopted; by default the whole system is, with its experiment. */
  readonly tasks?: readonly TaskName[] | undefined;
  /** The branch that adopts. */
  readonly into?: string | undefined;
}

/**
 * Continues a system from a branch. All of it: the adopting branch goes on from where the adopted one
 * is, with its experiment, as if it had run so itself. Some tasks: their models, and what they are
 * made of, join the system that is there, in place of those that it has for these tasks.
 *
 * @param address the branch to adopt, as `run:branch`.
 * @throws Mu2NetError BRANCH_REFUSED when a task's model would be lost, or is not there to adopt;
 *   BRANCH_UNKNOWN, RUN_LOCKED.
 */
export function adopt(address: string, { tasks, into = MAIN }: AdoptOptions = {}): void {
  withRunLock(address, (source, from) => {
    if (from === into) {
      throw refused(`'${into}' cannot adopt itself; name the branch to adopt as run:branch`);
    }
    const target = Ledger.open(source.directory, into);
    try {
      if (tasks === undefined) adoptAll(source, from, target, into);
      else adoptTasks(source, from, target, into, tasks);
    } finally {
      target.close();
    }
  });
}

const refused = (why: string) => new Mu2NetError('BRANCH_REFUSED', why);

function adoptAll(source: Ledger, from: string, target: Ledger, into: string): void {
  const has = bestPaths(source);
  const lost = [...bestPaths(target).keys()].filter((task) => !has.has(task));
  if (lost.length > 0) {
    throw refused(
      `'${from}' has no model of ${lost.join(', ')}, which '${into}' would lose; grow it on ${lost.length === 1 ? 'that task' : 'those tasks'} first, or adopt only some with --tasks`,
    );
  }
  const { experiment, firstIteration } = currentExperiment(source);
  source.fork({
    name: into,
    point: source.head(),
    beginning: { kind: 'adopted', from, tasks: null },
    experiment,
    firstIteration,
    createdAt: new Date(),
  });
}

function adoptTasks(
  source: Ledger,
  from: string,
  target: Ledger,
  into: string,
  tasks: readonly TaskName[],
): void {
  const best = bestPaths(source);
  for (const task of tasks) {
    if (!best.has(task)) {
      throw refused(
        `'${from}' has no model of ${task}; it has ${[...best.keys()].join(', ') || 'none yet'}`,
      );
    }
  }
  const active = taskInProgress(target);
  if (active !== null) {
    throw refused(`'${into}' is at ${active}; resume it to its end, then adopt tasks`);
  }
  const adopted = modelsOf(source, target, new Set(tasks));
  if (adopted.paths.length === 0) {
    throw refused(
      `'${into}' has the same models of ${tasks.join(', ')}; there is nothing to adopt`,
    );
  }
  const point = target.head();
  const { experiment } = currentExperiment(target);
  target.fork({
    name: into,
    point,
    beginning: { kind: 'adopted', from, tasks: adopted.paths.map(({ task }) => task ?? '') },
    // Each adopted model stands for a task iteration that has ended.
    experiment: { ...experiment, tasks: adopted.tasks, taskIterations: 1 },
    firstIteration: point.iteration,
    adopted,
    createdAt: new Date(),
  });
}

/** The models of tasks as `source` has them, under ids that are new in `target`. */
function modelsOf(source: Ledger, target: Ledger, tasks: ReadonlySet<TaskName>): AdoptedModels {
  const [theirs, ours] = [recallModels(source), recallModels(target)];
  const records = new Map(source.paths().map((path) => [path.id, path]));
  const tests = source.evaluations();
  const next = target.nextPath();
  const iteration = target.iterations().length;
  const ids = new Map<PathId, PathId>();
  const renamed = new Map<ComponentId, ComponentId>();
  const paths: PathRecord[] = [];
  const components: Component[] = [];
  /** The same model as the target has it, perhaps under another id. */
  const twinOf = (path: Path) =>
    [...ours.paths.values()].find(
      (own) => own.task === path.task && objectsOf(own, ours) === objectsOf(path, theirs),
    );
  // A path comes after its ancestors.
  for (const path of [...theirs.paths.values()].sort((a, b) => a.id - b.id)) {
    if (path.task === null || !tasks.has(path.task) || twinOf(path)) continue;
    const id = next + paths.length;
    ids.set(path.id, id);
    const idOf = (component: Component): ComponentId => {
      const own = ours.components.get(component.id);
      if (own?.params === component.params && own.trace === component.trace) return own.id;
      const known = renamed.get(component.id);
      if (known !== undefined) return known;
      const given = `${id}/${component.name}`;
      renamed.set(component.id, given);
      components.push({ ...component, id: given });
      return given;
    };
    const [, ...ancestors] = lineage(path, theirs);
    const parents = ancestors.map((each) => ids.get(each.id) ?? twinOf(each)?.id);
    paths.push({
      ...path,
      id,
      parent: parents.find((parent) => parent !== undefined) ?? null,
      components: componentsOf(path, theirs).map(idOf),
      iteration: iteration + paths.length,
      score: records.get(path.id)?.score ?? null,
    });
  }
  return {
    tasks: paths.flatMap(({ task }) => source.tasks().filter(({ name }) => name === task)),
    paths,
    components,
    evaluations: tests.flatMap((each) => {
      const path = ids.get(each.path);
      return path === undefined ? [] : [{ ...each, path }];
    }),
  };
}

/** What a path is made of: equal for equal models, whatever their components' ids. */
function objectsOf(path: Path, system: System): string {
  return componentsOf(path, system)
    .map(({ name, params, trace }) => `${name} ${params} ${trace}`)
    .join();
}
