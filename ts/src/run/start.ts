import { Mu2NetError } from '../domain/errors.js';
import { type Experiment, iterationsOf } from '../domain/experiment.js';
import type { Task } from '../domain/task.js';
import { changedClassCount, valueOutOfRange } from '../evolution/index.js';
import type { Pool } from '../pool/pool.js';
import { copyRequest } from '../requests/store.js';
import { storeOf } from '../state/directory.js';
import { Ledger, readRun } from '../state/ledger.js';
import { digestsOf } from '../state/reach.js';
import { currentExperiment, recallSystem } from '../state/recall.js';
import { type Address, formatAddress, runNameOf, parseAddress } from '../state/runs.js';
import { createRoot } from './create-root.js';
import type { RunEvent } from './events.js';
import { inspectTasks } from './inspect.js';

/** What a run starts with. */
export interface Start {
  readonly directory: string;
  readonly experiment: Experiment;
  readonly createdAt: Date;
  readonly onEvent?: ((event: RunEvent) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Starts a run: inspects the data, makes the root model or takes over an earlier system, and only
 * then creates the record. So a run that exists can be resumed.
 */
export async function startRun(
  { directory, experiment, createdAt, onEvent, signal }: Start,
  pool: Pool,
): Promise<Ledger> {
  const store = storeOf(directory);
  const tasks = await inspectTasks(experiment.tasks, pool);
  const from = experiment.continueFrom === null ? null : parseAddress(experiment.continueFrom);
  if (from !== null) {
    await copyWeights(from, experiment, tasks, pool, store);
    return Ledger.create(directory, { experiment, tasks, root: null, from, createdAt });
  }
  const { root, checkpoint } = await createRoot(experiment, store, { pool, onEvent, signal });
  const pinned = { ...experiment, checkpoint };
  return Ledger.create(directory, { experiment: pinned, tasks, root, from, createdAt });
}

/** Copies the weights of an earlier system, once it is sure that the experiment can continue it. */
async function copyWeights(
  earlier: Address,
  experiment: Experiment,
  tasks: readonly Task[],
  pool: Pool,
  store: string,
): Promise<void> {
  const digests = readRun(earlier, (ledger) => {
    checkContinuation(ledger, earlier, experiment, tasks);
    return digestsOf(recallSystem(ledger).components.values());
  });
  await pool.execute(copyRequest(store, storeOf(earlier.directory), digests));
}

/** @throws Mu2NetError CONFIG_INVALID when an experiment cannot continue an earlier system. */
function checkContinuation(
  ledger: Ledger,
  earlier: Address,
  experiment: Experiment,
  tasks: readonly Task[],
): void {
  const { experiment: before, firstIteration } = currentExperiment(ledger);
  const refuse = (what: string) =>
    new Mu2NetError('CONFIG_INVALID', `continueFrom: ${formatAddress(earlier)}: ${what}`, {
      run: runNameOf(earlier),
      key: 'continueFrom',
    });
  if (ledger.iterations().length < firstIteration + iterationsOf(before)) {
    throw refuse("the run is not finished; finish it with 'npx mu2net resume' first");
  }
  if (JSON.stringify(before.architecture) !== JSON.stringify(experiment.architecture)) {
    throw refuse('its architecture is another; set root.architecture to that of the earlier run');
  }
  const problem =
    changedClassCount(ledger.tasks(), tasks) ?? valueOutOfRange(recallSystem(ledger), experiment);
  if (problem !== null) throw refuse(problem);
}
