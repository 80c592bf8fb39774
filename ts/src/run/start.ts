import { Mu2NetError } from '../domain/errors.js';
import { type Experiment, iterationsOf, type TaskSpec } from '../domain/experiment.js';
import type { Task } from '../domain/task.js';
import { changedClassCount, valueOutOfRange } from '../evolution/index.js';
import type { Pool } from '../pool/pool.js';
import { copyRequest, listRequest } from '../requests/store.js';
import { storeOf } from '../state/directory.js';
import { Ledger, readRun } from '../state/record/ledger.js';
import { digestsOf } from '../state/record/reach.js';
import { currentExperiment, recallSystem } from '../state/record/recall.js';
import { type Address, formatAddress, parseAddress, runNameOf } from '../state/runs.js';
import { isRemoteStore } from '../state/store-url.js';
import { createRoot } from './create-root.js';
import type { EmitEvent } from './events/events.js';
import { inspectTasks } from './inspect.js';

/** Inputs of a new run. */
export interface Start {
  readonly directory: string;
  readonly experiment: Experiment;
  /** The component store; by default the folder in the run directory. */
  readonly store?: string | undefined;
  readonly createdAt: Date;
  readonly emit?: EmitEvent | undefined;
}

/**
 * Starts a run: inspects the data, creates the root model or copies an earlier system, and creates
 * the record last. So every run that has a record can be resumed.
 * @throws Mu2NetError CONFIG_INVALID, RUN_EXISTS, and errors of data, checkpoint and pool
 */
export async function startRun(
  { directory, experiment, store: chosenStore, createdAt, emit }: Start,
  pool: Pool,
): Promise<Ledger> {
  const store = chosenStore ?? storeOf(directory);
  // A store that cannot be used is found before the data are read.
  if (isRemoteStore(store)) await pool.execute(listRequest(store));
  const tasks = await inspectTasks(experiment.tasks, pool, emit);
  const chosen = { ...experiment, tasks: pinSplits(experiment.tasks, tasks) };
  const from = experiment.continueFrom === null ? null : parseAddress(experiment.continueFrom);
  const fresh = { tasks, from, store: chosenStore, createdAt };
  if (from !== null) {
    emit?.({ type: 'phase', phase: 'copying', task: null });
    await copyWeights({ earlier: from, experiment, tasks }, pool, store);
    return Ledger.create(directory, { ...fresh, experiment: chosen, root: null });
  }
  const { root, checkpoint } = await createRoot(experiment, store, { pool, emit });
  const pinned = { ...chosen, checkpoint };
  return Ledger.create(directory, { ...fresh, experiment: pinned, root });
}

/** Puts the splits that were chosen into the specifications that left them open. */
function pinSplits(specs: readonly TaskSpec[], tasks: readonly Task[]): readonly TaskSpec[] {
  return specs.map((spec, at) => ({ ...spec, splits: spec.splits ?? tasks[at]?.splits ?? null }));
}

/** An experiment that continues an earlier system. */
interface Continuation {
  /** The earlier run or branch. */
  readonly earlier: Address;
  readonly experiment: Experiment;
  readonly tasks: readonly Task[];
}

/** Checks that the experiment can continue the earlier system, and copies its weights. */
async function copyWeights(continuation: Continuation, pool: Pool, store: string): Promise<void> {
  const { earlier } = continuation;
  const { digests, origin } = readRun(earlier, (ledger) => {
    checkContinuation(ledger, continuation);
    const digests = digestsOf(recallSystem(ledger).components.values());
    return { digests, origin: ledger.store() };
  });
  await pool.execute(copyRequest(store, origin, digests));
}

/** @throws Mu2NetError CONFIG_INVALID when an experiment cannot continue an earlier system. */
function checkContinuation(ledger: Ledger, { earlier, experiment, tasks }: Continuation): void {
  const { experiment: before, firstIteration } = currentExperiment(ledger);
  const refusal = (reason: string) =>
    new Mu2NetError('CONFIG_INVALID', `continueFrom: ${formatAddress(earlier)}: ${reason}`, {
      run: runNameOf(earlier),
      key: 'continueFrom',
    });
  if (ledger.iterations().length < firstIteration + iterationsOf(before)) {
    throw refusal("the run is not finished; finish it with 'npx mu2net resume' first");
  }
  if (JSON.stringify(before.architecture) !== JSON.stringify(experiment.architecture)) {
    throw refusal(
      'its architecture is different; set root.architecture to that of the earlier run',
    );
  }
  const problem =
    changedClassCount(ledger.tasks(), tasks) ?? valueOutOfRange(recallSystem(ledger), experiment);
  if (problem !== null) throw refusal(problem);
}
