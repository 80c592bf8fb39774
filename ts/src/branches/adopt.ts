import type { TaskName } from '../domain/task.js';
import { Ledger } from '../state/ledger.js';
import { bestPaths, currentExperiment, taskInProgress } from '../state/recall.js';
import type { Address } from '../state/runs.js';
import { withRunLock } from '../state/with-run-lock.js';
import { copyModels } from './copy-models.js';
import { type RefuseBranch, refusalOf } from './refusal.js';

/** Selects what a branch adopts from another. */
export interface AdoptOptions {
  /** Tasks whose models are adopted; by default the whole system, with its experiment. */
  readonly tasks?: readonly TaskName[] | undefined;
}

/** Two open branches of a run, one of which adopts from the other. */
interface Adoption {
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
 * @throws Mu2NetError BRANCH_REFUSED when the branch would lose the model of a task, or the other
 *   has no model of a task to adopt; BRANCH_UNKNOWN, RUN_LOCKED.
 */
export function adoptBranch(from: Address, into: Address, { tasks }: AdoptOptions = {}): void {
  const refuse = refusalOf(into);
  if (from.directory !== into.directory) {
    throw refuse(
      "a branch adopts only from its own run; to continue another run, set 'continueFrom' in a configuration",
    );
  }
  if (from.branch === into.branch) {
    throw refuse(`'${into.branch}' cannot adopt itself; name the branch to adopt as run:branch`);
  }
  withRunLock(from, (source) => {
    const target = Ledger.open(into.directory, into.branch);
    try {
      const adoption = { source, from: from.branch, target, into: into.branch, refuse };
      if (tasks === undefined) adoptAll(adoption);
      else adoptTasks(adoption, tasks);
    } finally {
      target.close();
    }
  });
}

function adoptAll({ source, from, target, into, refuse }: Adoption): void {
  const has = bestPaths(source);
  const lost = [...bestPaths(target).keys()].filter((task) => !has.has(task));
  if (lost.length > 0) {
    throw refuse(
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
  { source, from, target, into, refuse }: Adoption,
  tasks: readonly TaskName[],
): void {
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
  target.fork({
    name: into,
    point,
    beginning: { kind: 'adopted', from, tasks: adopted.paths.map(({ task }) => task ?? '') },
    // Each adopted model counts as a task iteration that has ended.
    experiment: { ...experiment, tasks: adopted.tasks, taskIterations: 1 },
    firstIteration: point.iteration,
    adopted,
    createdAt: new Date(),
  });
}
