import { isDeepStrictEqual } from 'node:util';
import { changeExperiment, type Overrides } from '../config/index.js';
import { Mu2NetError } from '../domain/errors.js';
import type { Experiment } from '../domain/experiment.js';
import { isName, NAME_RULE } from '../domain/names.js';
import type { Task, TaskName } from '../domain/task.js';
import { valueOutOfRange } from '../evolution/index.js';
import { knownTask } from '../state/known-task.js';
import { withRunLock } from '../state/lock/with-run-lock.js';
import { Ledger } from '../state/record/ledger.js';
import { allReachableDigests } from '../state/record/reach.js';
import { currentExperiment, livingPaths, recallSystem } from '../state/record/recall.js';
import { MAIN, type Point } from '../state/record/records.js';
import { type Address, runNameOf } from '../state/runs.js';
import { pointOf } from './point.js';
import { type RefuseBranch, refusalOf } from './refusal.js';

/** Selects where a branch begins, and what it changes. */
export interface BranchOptions {
  /**
   * Point of the base's history where the branch begins; its end by default. The name of a task is
   * the point when the task was last learned, `'3'` the end of the third task iteration, and
   * `'3.2'` two generations after that.
   */
  readonly at?: string | undefined;
  /** Values of the configuration that the branch changes, by dotted key. */
  readonly set?: Overrides | undefined;
  /** Names of the tasks to learn next, instead of those of the experiment. */
  readonly tasks?: readonly TaskName[] | undefined;
  /** A whole experiment, instead of `set` and `tasks`. */
  readonly experiment?: Experiment | undefined;
}

/**
 * Creates a branch: a named system that continues from a point of another branch's history, with
 * the same experiment or a changed one. A branch is a few rows of the record; no weights are
 * copied.
 *
 * Random streams do not depend on branches, so a branch that changes nothing repeats its base.
 *
 * @param from the base: the branch to continue.
 * @throws Mu2NetError BRANCH_EXISTS, BRANCH_REFUSED, CONFIG_INVALID, TASK_UNKNOWN, DATA_MISSING,
 *   and the errors of opening a run.
 */
export function createBranch(from: Address, name: string, options: BranchOptions = {}): void {
  const { at, set = {}, tasks, experiment: whole } = options;
  withRunLock(from, (ledger) => {
    const refuse = refusalOf({ directory: from.directory, branch: name });
    checkName(ledger, name, refuse);
    const point = at === undefined ? ledger.head() : pointOf(ledger, at, refuse);
    const there = Ledger.read(from, point);
    try {
      const { experiment: before, firstIteration } = currentExperiment(there);
      const known = there.tasks();
      const experiment = withKnownSplits(
        whole ?? changeExperiment(before, set, tasks && { names: tasks, known }),
        known,
      );
      const hasOtherTasks = !isDeepStrictEqual(before.tasks, experiment.tasks);
      checkExperiment({ before, experiment, hasOtherTasks }, point, refuse);
      checkSystem(ledger, there, experiment, refuse);
      ledger.fork({
        name,
        point,
        beginning: { kind: 'branched', from: from.branch },
        experiment,
        // New tasks begin here; unchanged tasks continue.
        firstIteration: hasOtherTasks ? point.iteration : firstIteration,
        createdAt: new Date(),
      });
    } finally {
      there.close();
    }
  });
}

/** Gives each task without splits the splits that it has in the system, if the system knows it. */
function withKnownSplits(experiment: Experiment, known: readonly Task[]): Experiment {
  const tasks = experiment.tasks.map((spec) => ({
    ...spec,
    splits: spec.splits ?? knownTask(spec, known)?.splits ?? null,
  }));
  return { ...experiment, tasks };
}

function checkName(ledger: Ledger, name: string, refuse: RefuseBranch): void {
  if (!isName(name)) throw refuse(`'${name}' cannot name a branch: ${NAME_RULE}`);
  if (ledger.branches().some((each) => each.name === name)) {
    const { directory } = ledger;
    throw new Mu2NetError(
      'BRANCH_EXISTS',
      `${directory} has a branch '${name}'; choose another name, or drop it with 'npx mu2net drop'`,
      { run: runNameOf({ directory, branch: name }), branch: name },
    );
  }
}

/** The experiment of a branch's base, and that of the branch. */
interface Changed {
  readonly before: Experiment;
  readonly experiment: Experiment;
  readonly hasOtherTasks: boolean;
}

/** @throws Mu2NetError BRANCH_REFUSED for an experiment that cannot continue from the point. */
function checkExperiment(
  { before, experiment, hasOtherTasks }: Changed,
  { generation }: Point,
  refuse: RefuseBranch,
): void {
  if (!isDeepStrictEqual(before.architecture, experiment.architecture)) {
    throw refuse(
      'a branch keeps the architecture of its system; start a new run to use another one',
    );
  }
  if (hasOtherTasks && generation > 0) {
    throw refuse(
      'other tasks can begin only at the end of a task iteration; name such a point with --at',
    );
  }
}

/** @throws Mu2NetError BRANCH_REFUSED for a system that has lost weights or does not fit. */
export function checkSystem(
  ledger: Ledger,
  there: Ledger,
  experiment: Experiment,
  refuse: RefuseBranch,
): void {
  const reached = allReachableDigests(ledger);
  const living = livingPaths(there);
  const stored = new Set(
    there
      .components(living.flatMap(({ components }) => components))
      .filter(
        ({ paramsDigest, traceDigest }) =>
          reached.has(paramsDigest) && (traceDigest === null || reached.has(traceDigest)),
      )
      .map(({ id }) => id),
  );
  for (const { id, task, components } of living) {
    if (components.every((each) => stored.has(each))) continue;
    const model = task === null ? 'of the root model' : `of path ${id} (${task})`;
    throw refuse(
      `the weights ${model}, which lived at this point, were deleted when it was superseded; branch from a later point`,
    );
  }
  const stuck = valueOutOfRange(recallSystem(there), experiment);
  if (stuck !== null) throw refuse(stuck);
}

/**
 * Drops a branch: removes its name. Its history stays in the record, and its weights stay in the
 * store until garbage collection deletes them.
 * @throws Mu2NetError BRANCH_REFUSED for the main branch, BRANCH_UNKNOWN, RUN_LOCKED
 */
export function dropBranch(address: Address): void {
  withRunLock(address, (ledger) => {
    const { branch } = address;
    if (branch === MAIN) {
      throw refusalOf(address)(
        `'${MAIN}' is the main branch of a run and cannot be dropped; name another one as run:branch`,
      );
    }
    ledger.dropBranch(branch, new Date());
  });
}
