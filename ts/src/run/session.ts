import { join } from 'node:path';
import { Mu2NetError } from '../domain/errors.js';
import type { Experiment, TaskSpec } from '../domain/experiment.js';
import { changedClassCount } from '../evolution/index.js';
import type { Pool } from '../pool/pool.js';
import type { EngineOptions } from '../sidecar/engine.js';
import { openLocalPool } from '../sidecar/local.js';
import { type Claim, claimUnusedName, claimRun } from '../state/claim.js';
import { storeOf } from '../state/directory.js';
import { knownTask } from '../state/known-task.js';
import { Ledger, readRun } from '../state/ledger.js';
import { currentExperiment } from '../state/recall.js';
import { addressOf, formatAddress, listRuns, runNameOf, runsFolder } from '../state/runs.js';
import { status } from '../views/status.js';
import type { RunEvent } from './events.js';
import { grow } from './grow.js';
import { inspectTasks } from './inspect.js';
import { checkPrecision, precisionOf } from './precision.js';
import { startRun } from './start.js';

export interface SessionOptions {
  /** Name of the run; by default the experiment's, with a number when that is taken. */
  readonly name?: string | undefined;
  /** Folder of the runs; `./runs` unless `MU2NET_RUNS` says otherwise. */
  readonly folder?: string | undefined;
  /** Sidecar processes on this machine; 1 by default, 'auto' for one per GPU. */
  readonly workers?: number | 'auto' | undefined;
  /** How they compute; a resumed run goes on in the precision that it has. */
  readonly engine?: EngineOptions | undefined;
  /** Where to execute instead of on this machine's sidecars; the caller closes it. */
  readonly pool?: Pool | undefined;
  readonly onEvent?: ((event: RunEvent) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Runs an experiment from its beginning to its end, in a run directory of its own.
 * @returns the run directory.
 * @throws Mu2NetError; a run whose record exists by then can be resumed.
 */
export async function run(experiment: Experiment, options: SessionOptions = {}): Promise<string> {
  checkDevices(experiment, options);
  const claim = claimFor(experiment, options);
  const { directory } = claim;
  const { onEvent, signal } = options;
  const start = { directory, experiment, createdAt: new Date(), onEvent, signal };
  await holdSession(claim, options, { resumed: false, open: (pool) => startRun(start, pool) });
  return directory;
}

/** @throws Mu2NetError RUN_EXISTS when the name that is asked for is taken, RUN_LOCKED */
function claimFor({ name: wanted }: Experiment, { name, folder = runsFolder() }: SessionOptions) {
  if (name === undefined) return claimUnusedName(wanted, folder);
  if (!listRuns(folder).includes(name)) return claimRun(join(folder, name));
  throw new Mu2NetError(
    'RUN_EXISTS',
    `run '${name}' exists in ${folder}; continue it with 'mu2net resume ${name}', or choose another name`,
  );
}

/**
 * Resumes a run, or a branch of it, where its record stands; a finished one is left as it is.
 * @param address the run directory, or `directory:branch`.
 * @throws Mu2NetError RUN_UNKNOWN, BRANCH_UNKNOWN, RUN_LOCKED, and whatever running throws.
 */
export async function resume(address: string, options: SessionOptions = {}): Promise<void> {
  const { directory, branch } = addressOf(address);
  // The record is read before the directory is claimed, because claiming would make it.
  const { experiment, precision } = readRun(address, (ledger) => ({
    experiment: currentExperiment(ledger).experiment,
    precision: precisionOf(ledger) ?? undefined,
  }));
  checkDevices(experiment, options);
  const { precision: asked = 'auto', ...others } = options.engine ?? {};
  const engine = { ...others, precision: asked === 'auto' ? precision : asked };
  await holdSession(
    claimRun(directory, branch),
    { ...options, engine },
    { resumed: true, open: (pool) => reopenRun(address, pool, options.signal) },
  );
}

/**
 * Opens the record of a run to go on with it. Its data may have moved or changed since, so the tasks
 * are inspected first.
 */
async function reopenRun(address: string, pool: Pool, signal?: AbortSignal): Promise<Ledger> {
  const { directory, branch } = addressOf(address);
  const { known, visited } = readRun(address, (ledger) => ({
    known: ledger.tasks(),
    visited: currentExperiment(ledger).experiment.tasks,
  }));
  const specs = visited.map((spec) => knownTask(spec, known) ?? spec);
  const tasks = await inspectTasks(specs, pool, signal);
  const changed = changedClassCount(known, tasks);
  if (changed !== null) throw new Mu2NetError('CONFIG_INVALID', `${address}: ${changed}`);
  const ledger = Ledger.open(directory, branch);
  // A branch may visit tasks that its system has not met.
  const met = new Set<TaskSpec>(known);
  ledger.recordTasks(tasks.filter((_, at) => !met.has(specs[at] as TaskSpec)));
  return ledger;
}

/** @throws Mu2NetError CONFIG_INVALID when devices cannot share a batch evenly. */
function checkDevices({ training }: Experiment, { engine }: SessionOptions): void {
  const devices = engine?.devices ?? 1;
  if (training.batchSize % devices === 0) return;
  throw new Mu2NetError(
    'CONFIG_INVALID',
    `${devices} devices cannot share batches of ${training.batchSize} images evenly; choose a number that divides training.batchSize`,
  );
}

/** How a session gets at its record. */
interface Opening {
  readonly resumed: boolean;
  readonly open: (pool: Pool) => Promise<Ledger>;
}

/** Grows a claimed run to its end, with a pool that lives as long as the session if none is given. */
async function holdSession(
  claim: Claim,
  { workers = 1, engine = {}, pool: given, onEvent = () => {}, signal }: SessionOptions,
  opening: Opening,
): Promise<void> {
  const started = performance.now();
  const { directory, branch, lock } = claim;
  const name = runNameOf(formatAddress(directory, branch));
  try {
    const pool = given ?? (await openLocalPool({ workers, engine, logDirectory: directory }));
    try {
      if (signal?.aborted) throw new Mu2NetError('CANCELLED', 'stopped before it began');
      await growClaimed(claim, name, pool, opening, { onEvent, signal });
    } finally {
      if (!given) await pool.close();
    }
  } finally {
    lock.release();
  }
  onEvent({ type: 'finished', run: name, seconds: (performance.now() - started) / 1000 });
}

async function growClaimed(
  { directory }: Claim,
  name: string,
  pool: Pool,
  { open, resumed }: Opening,
  { onEvent, signal }: Required<Pick<SessionOptions, 'onEvent' | 'signal'>>,
): Promise<void> {
  const ledger = await open(pool);
  const tell = onEvent ?? (() => {});
  try {
    recordSession(ledger, name, pool);
    tell(startedEvent(ledger, name, resumed));
    const store = storeOf(directory);
    await grow({ ledger, pool, store, onEvent: tell, signal, clock: () => new Date() });
  } finally {
    ledger.close();
  }
}

/** Records who carries the run on from here. */
function recordSession(ledger: Ledger, name: string, pool: Pool): void {
  const workers = pool.workers();
  checkPrecision(name, precisionOf(ledger), workers);
  ledger.recordSession(
    workers.map(({ name, versions, devices, engine }) => ({ name, versions, devices, engine })),
    new Date(),
  );
}

function startedEvent(ledger: Ledger, name: string, resumed: boolean): RunEvent {
  const { run, directory, children, childrenDone } = status(ledger, name);
  const { experiment } = currentExperiment(ledger);
  const { taskIterations } = experiment;
  const tasks = experiment.tasks.map(({ name }) => name);
  return {
    type: 'started',
    run,
    directory,
    resumed,
    tasks,
    taskIterations,
    children,
    childrenDone,
  };
}
