import { isDeepStrictEqual } from 'node:util';
import type { TaskName } from '../domain/task.js';
import { withRunLock } from '../state/lock/with-run-lock.js';
import { Ledger } from '../state/record/ledger.js';
import {
  bestPaths,
  currentExperiment,
  isFinished,
  taskInProgress,
} from '../state/record/recall.js';
import type { Address } from '../state/runs.js';
import { copyModels } from './copy-models.js';
import { type RefuseBranch, refusalOf } from './refusal.js';

/** Selects what a branch adopts from another. */
export interface AdoptOptions {
  /** Tasks whose models are adopted; by default the whole system, with its experiment. */
  readonly tasks?: readonly TaskName[] | undefined;
}

/** The outcome of an adoption. */
export interface Adoption {
  /** The branch that keeps what the adopting branch was; null if nothing was replaced. */
  readonly kept: string | null;
}

/** Two open branches of a run, one of which adopts from the other. */
interface Adopting {
  readonly source: Ledger;
  readonly from: string;
  readonly target: Ledger;
  readonly into: string;
  readonly refuse: RefuseBranch;
}

/**
 * Makes a branch adopt another. Without `tasks`, the branch continues from the end of the other
 * one, with the other's experiment. With `tasks`, the models of these tasks and their components
 * join the branch's system and replace its own models of these tasks.
 *
 * If the branch thereby loses anything, a new branch keeps what it was, such as
 * `main-before-wide`: its history stays visible, and its weights stay in the store.
 *
 * @throws Mu2NetError BRANCH_REFUSED when the branch would lose the model of a task, or the other
 *   has no model of a task to adopt; BRANCH_UNKNOWN, RUN_LOCKED.
 */
export function adoptBranch(from: Address, into: Address, { tasks }: AdoptOptions = {}): Adoption {
  const refuse = refusalOf(into);
  if (from.directory !== into.directory) {
    throw refuse(
      "a branch adopts only from its own run; to continue another run, set 'continueFrom' in a configuration",
    );
  }
  if (from.branch === into.branch) {
    throw refuse(`'${into.branch}' cannot adopt itself; name the branch to adopt as run:branch`);
  }
  return withRunLock(from, (source) => {
    const target = Ledger.open(into.directory, into.branch);
    try {
      const adopting = { source, from: from.branch, target, into: into.branch, refuse };
      return { kept: tasks === undefined ? adoptAll(adopting) : adoptTasks(adopting, tasks) };
    } finally {
      target.close();
    }
  });
}

function adoptAll({ source, from, target, into, refuse }: Adopting): string | null {
  const has = bestPaths(source);
  const lost = [...bestPaths(target).keys()].filter((task) => !has.has(task));
  if (lost.length > 0) {
    throw refuse(
      `'${from}' has no model of ${lost.join(', ')}, which '${into}' would lose; grow it on ${lost.length === 1 ? 'that task' : 'those tasks'} first, or adopt only some with --tasks`,
    );
  }
  const { experiment, firstIteration } = currentExperiment(source);
  const kept = isContained(target, source) ? null : nameBefore(source, into, from);
  source.fork({
    name: into,
    kept,
    point: source.head(),
    beginning: { kind: 'adopted', from, tasks: null },
    experiment,
    firstIteration,
    createdAt: new Date(),
  });
  return kept;
}

function adoptTasks(
  { source, from, target, into, refuse }: Adopting,
  tasks: readonly TaskName[],
): string | null {
  const best = bestPaths(source);
  for (const task of tasks) {
    if (best.has(task)) continue;
    const learned = [...best.keys()].join(', ') || 'none yet';
    throw refuse(`'${from}' has no model of ${task}; it has ${learned}`);
  }
  const active = taskInProgress(target);
  if (active !== null) {
    throw refuse(`'${into}' is at ${active}; resume it until it is finished, then adopt tasks`);
  }
  const adopted = copyModels(source, target, new Set(tasks));
  if (adopted.paths.length === 0) {
    throw refuse(`'${into}' has the same models of ${tasks.join(', ')}; there is nothing to adopt`);
  }
  const point = target.head();
  const { experiment } = currentExperiment(target);
  const own = bestPaths(target);
  const replaces = adopted.paths.some(({ task }) => task !== null && own.has(task));
  const kept = replaces ? nameBefore(target, into, from) : null;
  target.fork({
    name: into,
    kept,
    point,
    beginning: { kind: 'adopted', from, tasks: adopted.paths.map(({ task }) => task ?? '') },
    // Each adopted model counts as a task iteration that has ended.
    experiment: { ...experiment, tasks: adopted.tasks, taskIterations: 1 },
    firstIteration: point.iteration,
    adopted,
    createdAt: new Date(),
  });
  return kept;
}

/** Says whether a finished branch is the beginning of another one, which has all of its models. */
function isContained(target: Ledger, source: Ledger): boolean {
  const models = bestPaths(source);
  const hasAll = [...bestPaths(target)].every(([task, path]) => models.get(task) === path);
  if (!hasAll || !isFinished(target)) return false;
  const own = currentExperiment(target).id;
  const next = source.experiments().find(({ base }) => base === own);
  return next !== undefined && isDeepStrictEqual(next.point, target.head());
}

/** Returns an unused name for what a branch was before it adopted another one. */
export function nameBefore(ledger: Ledger, into: string, from: string): string {
  const used = new Set(ledger.branches().map(({ name }) => name));
  for (let n = 1; ; n++) {
    const name = `${into}-before-${from}${n === 1 ? '' : `-${n}`}`;
    if (!used.has(name)) return name;
  }
}
