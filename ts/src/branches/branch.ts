import { isDeepStrictEqual } from 'node:util';
import { changeExperiment, type Overrides } from '../config/index.js';
import { Mu2NetError } from '../domain/errors.js';
import type { Experiment } from '../domain/experiment.js';
import type { Task } from '../domain/task.js';
import { valueOutOfRange } from '../evolution/index.js';
import { knownTask } from '../state/known-task.js';
import { Ledger } from '../state/ledger.js';
import { allReachableDigests } from '../state/reach.js';
import { currentExperiment, livingPaths, recallSystem } from '../state/recall.js';
import { MAIN, type Point } from '../state/records.js';
import { withRunLock } from '../state/with-run-lock.js';
import { pointOf } from './point.js';

export interface BranchOptions {
  /** Where it leaves the history that it goes on from, see {@link pointOf}; by default at its end. */
  readonly at?: string | undefined;
  /** Values of the configuration that are other ones on the branch. */
  readonly set?: Overrides | undefined;
  /** Tasks to learn next, by name, in place of those that the experiment visits. */
  readonly tasks?: readonly string[] | undefined;
  /** What the branch does, in place of `set` and `tasks`: a whole experiment. */
  readonly experiment?: Experiment | undefined;
}

/**
 * Makes a branch of a run: a name for a system that goes on from a point of another branch's history,
 * with the same experiment or a changed one. It is a few rows; nothing is copied. `resume` grows it.
 *
 * Random streams know nothing of branches: one that changes nothing repeats what it branched from.
 *
 * @param address the run, or the branch of it to go on from, as `run:branch`.
 * @throws Mu2NetError BRANCH_EXISTS, BRANCH_REFUSED, CONFIG_INVALID, TASK_UNKNOWN, DATA_MISSING and
 *   whatever opening a run throws.
 */
export function branch(address: string, name: string, options: BranchOptions = {}): void {
  const { at, set = {}, tasks, experiment: whole } = options;
  withRunLock(address, (ledger, from) => {
    checkName(ledger, name);
    const point = at === undefined ? ledger.head() : pointOf(ledger, at);
    const there = Ledger.open(ledger.directory, from, point);
    try {
      const { experiment: before, firstIteration } = currentExperiment(there);
      const known = there.tasks();
      const changed = withKnownSplits(
        whole ?? changeExperiment(before, set, tasks && { names: tasks, known }),
        known,
      );
      const other = !isDeepStrictEqual(before.tasks, changed.tasks);
      check(ledger, there, point, before, changed, other);
      ledger.fork({
        name,
        point,
        beginning: { kind: 'branched', from },
        experiment: changed,
        // Other tasks are visited from here on; the same ones are visited on.
        firstIteration: other ? point.iteration : firstIteration,
        createdAt: new Date(),
      });
    } finally {
      there.close();
    }
  });
}

/** Gives the tasks that leave their splits open, and were learned before, the splits they had then. */
function withKnownSplits(experiment: Experiment, known: readonly Task[]): Experiment {
  const tasks = experiment.tasks.map((spec) => ({
    ...spec,
    splits: spec.splits ?? knownTask(spec, known)?.splits ?? null,
  }));
  return { ...experiment, tasks };
}

function checkName(ledger: Ledger, name: string): void {
  if (!/^[A-Za-z0-9][\w.-]*$/.test(name)) {
    throw new Mu2NetError(
      'BRANCH_REFUSED',
      `'${name}' cannot name a branch: a name has letters, digits, '_', '-' and '.' only`,
    );
  }
  if (ledger.branches().some((each) => each.name === name)) {
    throw new Mu2NetError(
      'BRANCH_EXISTS',
      `${ledger.directory} has a branch '${name}'; choose another name, or drop it with 'mu2net drop'`,
    );
  }
}

/** Refuses a branch that could not be grown. */
function check(
  ledger: Ledger,
  there: Ledger,
  { generation }: Point,
  before: Experiment,
  changed: Experiment,
  otherTasks: boolean,
): void {
  const refuse = (why: string) => new Mu2NetError('BRANCH_REFUSED', why);
  if (!isDeepStrictEqual(before.architecture, changed.architecture)) {
    throw refuse('a branch keeps the architecture of its system; begin a run for another one');
  }
  if (otherTasks && generation > 0) {
    throw refuse('other tasks begin where a task iteration has ended; name such a point with --at');
  }
  const reached = allReachableDigests(ledger);
  const living = livingPaths(there);
  const stored = new Set(
    there
      .components(living.flatMap(({ components }) => components))
      .filter(({ params, trace }) => reached.has(params) && (trace === null || reached.has(trace)))
      .map(({ id }) => id),
  );
  for (const { id, task, components } of living) {
    if (components.every((each) => stored.has(each))) continue;
    const what = task === null ? 'of the root model' : `of path ${id} (${task})`;
    throw refuse(
      `the weights ${what}, which lived there, were deleted when it was superseded; branch from a later point`,
    );
  }
  const stuck = valueOutOfRange(recallSystem(there), changed);
  if (stuck !== null) throw refuse(stuck);
}

/**
 * Drops a branch: its name goes; its history stays recorded, and its weights in the store until `gc`.
 * @throws Mu2NetError BRANCH_REFUSED for the main branch, BRANCH_UNKNOWN, RUN_LOCKED
 */
export function drop(address: string): void {
  withRunLock(address, (ledger, name) => {
    if (name === MAIN) {
      throw new Mu2NetError(
        'BRANCH_REFUSED',
        `'${MAIN}' is the branch that a run goes on from and is not dropped; name another as run:branch`,
      );
    }
    ledger.dropBranch(name, new Date());
  });
}
