import { rmSync } from 'node:fs';
import { join, relative } from 'node:path';
import { Mu2NetError } from '../domain/errors.js';
import type { Experiment, TaskSpec } from '../domain/experiment.js';
import { changedClassCount } from '../evolution/index.js';
import type { Pool } from '../pool/pool.js';
import type { EngineOptions } from '../sidecar/engine.js';
import { openLocalPool } from '../sidecar/local.js';
import { type Claim, claimRun, claimUnusedName } from '../state/claim.js';
import { isRun, storeOf } from '../state/directory.js';
import { knownTask } from '../state/known-task.js';
import { Ledger, readRun } from '../state/ledger.js';
import { hasGarbage } from '../state/reach.js';
import { currentExperiment, isFinished } from '../state/recall.js';
import { type Address, formatAddress, runNameOf, runNames, runsFolder } from '../state/runs.js';
import { status } from '../views/status.js';
import type { RunEvent } from './events.js';
import { grow } from './grow.js';
import { noteGrowth } from './growth-notes.js';
import { inspectTasks } from './inspect.js';
import { checkPrecision, precisionOf } from './precision.js';
import { startRun } from './start.js';

/** How a run is grown: where, by which workers, and who listens. */
export interface ResumeOptions {
  /** Sidecar processes on this machine; 1 by default, 'auto' for one per GPU. */
  readonly workers?: number | 'auto' | undefined;
  /** How the sidecars compute; a resumed run keeps its precision by default. */
  readonly engine?: EngineOptions | undefined;
  /** Pool to use instead of sidecars on this machine; the caller closes it. */
  readonly pool?: Pool | undefined;
  /** Called with each event of the run, as it happens. */
  readonly onEvent?: ((event: RunEvent) => void) | undefined;
  /** Stops the run at the next training step; what is recorded stays, and `resume` goes on. */
  readonly signal?: AbortSignal | undefined;
}

/** How a new run is grown. */
export interface GrowOptions extends ResumeOptions {
  /** Name of the run; by default the name of the experiment, with a number if it is in use. */
  readonly name?: string | undefined;
  /** Folder of the runs; `MU2NET_RUNS` by default, or `./runs` if this variable is not set. */
  readonly folder?: string | undefined;
  /** Called with the name of the run, before anything else happens. */
  readonly onNamed?: ((run: string) => void) | undefined;
}

/**
 * Runs an experiment from beginning to end, in a new run directory.
 * @returns the run directory.
 * @throws Mu2NetError RUN_EXISTS, RUN_LOCKED, CANCELLED, NO_SURVIVOR, and errors of data,
 *   checkpoint and pool. If the record already exists, the run can be resumed.
 */
export async function growRun(experiment: Experiment, options: GrowOptions = {}): Promise<Address> {
  checkDevices(experiment, options);
  const claim = claimNewRun(experiment, options);
  const { directory, branch } = claim;
  const { onEvent, onNamed, signal } = options;
  onNamed?.(runNameOf(claim));
  const start = { directory, experiment, createdAt: new Date(), onEvent, signal };
  await holdSession(claim, options, { resumed: false, open: (pool) => startRun(start, pool) });
  return { directory, branch };
}

/**
 * Removes the directory of a run that failed before it had a record. A directory that was there
 * before stays, and so does one with a file that the error names, such as the log of a worker.
 */
function removeFailedStart({ directory, isNew }: Claim, error: unknown): void {
  if (!isNew || isRun(directory)) return;
  const file = error instanceof Mu2NetError ? error.subject.file : undefined;
  if (file !== undefined && !relative(directory, file).startsWith('..')) return;
  rmSync(directory, { recursive: true, force: true });
}

/** @throws Mu2NetError RUN_EXISTS when the given name is in use, RUN_LOCKED */
function claimNewRun({ name: wanted }: Experiment, { name, folder = runsFolder() }: GrowOptions) {
  if (name === undefined) return claimUnusedName(wanted, folder);
  if (!runNames(folder).includes(name)) return claimRun(join(folder, name));
  throw new Mu2NetError(
    'RUN_EXISTS',
    `run '${name}' exists in ${folder}; continue it with 'npx mu2net resume ${name}', or choose a different name`,
    { run: name },
  );
}

/**
 * Resumes a run or a branch from the current state of its record; a finished one does not change.
 * @throws Mu2NetError RUN_UNKNOWN, BRANCH_UNKNOWN, RUN_LOCKED, and whatever growing throws.
 */
export async function resumeRun(address: Address, options: ResumeOptions = {}): Promise<void> {
  const { directory, branch } = address;
  // The record is read first, because claiming would create a missing directory.
  const { experiment, precision, finished } = readRun(address, (ledger) => ({
    experiment: currentExperiment(ledger).experiment,
    precision: precisionOf(ledger) ?? undefined,
    finished: isFinished(ledger) && !hasGarbage(ledger),
  }));
  // It needs neither its data nor a worker any more.
  if (finished) return options.onEvent?.({ type: 'finished', run: runNameOf(address), seconds: 0 });
  checkDevices(experiment, options);
  const { precision: given = 'auto', ...others } = options.engine ?? {};
  const engine = { ...others, precision: given === 'auto' ? precision : given };
  await holdSession(
    claimRun(directory, branch),
    { ...options, engine },
    { resumed: true, open: (pool) => reopenRun(address, pool, options.signal) },
  );
}

/**
 * Opens the record of a run in order to continue it. Inspects the tasks first, because their data
 * may have moved or changed.
 */
async function reopenRun(address: Address, pool: Pool, signal?: AbortSignal): Promise<Ledger> {
  const { directory, branch } = address;
  const { known, planned } = readRun(address, (ledger) => ({
    known: ledger.tasks(),
    // A finished run needs no data to collect what a kill left in its store.
    planned: isFinished(ledger) ? [] : currentExperiment(ledger).experiment.tasks,
  }));
  const specs = planned.map((spec) => knownTask(spec, known) ?? spec);
  const tasks = await inspectTasks(specs, pool, signal);
  const changed = changedClassCount(known, tasks);
  if (changed !== null) {
    const run = runNameOf(address);
    throw new Mu2NetError('CONFIG_INVALID', `${formatAddress(address)}: ${changed}`, { run });
  }
  const ledger = Ledger.open(directory, branch);
  // The experiment of a branch may have tasks that are new in its history.
  const recorded = new Set<TaskSpec>(known);
  ledger.recordTasks(tasks.filter((_, at) => !recorded.has(specs[at] as TaskSpec)));
  return ledger;
}

/** @throws Mu2NetError CONFIG_INVALID when the devices cannot divide a batch evenly. */
function checkDevices({ training }: Experiment, { engine }: ResumeOptions): void {
  const devices = engine?.devices ?? 1;
  if (training.batchSize % devices === 0) return;
  throw new Mu2NetError(
    'CONFIG_INVALID',
    `${devices} devices cannot divide a batch of ${training.batchSize} images evenly; choose a number of devices that divides training.batchSize`,
    { key: 'training.batchSize' },
  );
}

/** The way in which a session opens its record. */
interface SessionStart {
  readonly resumed: boolean;
  readonly open: (pool: Pool) => Promise<Ledger>;
}

/** Grows a claimed run to its end; opens a pool for the session unless one is given. */
async function holdSession(
  claim: Claim,
  { workers = 1, engine = {}, pool: given, onEvent = () => {}, signal }: ResumeOptions,
  opening: SessionStart,
): Promise<void> {
  const started = performance.now();
  const { directory, lock } = claim;
  const name = runNameOf(claim);
  const notes = noteGrowth(claim);
  const emit = (event: RunEvent) => {
    notes.progress();
    onEvent(event);
  };
  try {
    const pool = given ?? (await openLocalPool({ workers, engine, logDirectory: directory }));
    try {
      if (signal?.aborted)
        throw new Mu2NetError('CANCELLED', 'the run was stopped before it began', { run: name });
      await growClaimed(claim, pool, opening, { onEvent: emit, signal });
      notes.end();
    } finally {
      if (!given) await pool.close();
    }
  } catch (error) {
    notes.end(error);
    removeFailedStart(claim, error);
    throw error;
  } finally {
    lock.release();
  }
  const seconds = (performance.now() - started) / 1000;
  onEvent({ type: 'finished', run: name, seconds });
}

async function growClaimed(
  claim: Claim,
  pool: Pool,
  { open, resumed }: SessionStart,
  { onEvent, signal }: Required<Pick<ResumeOptions, 'onEvent' | 'signal'>>,
): Promise<void> {
  const ledger = await open(pool);
  const emit = onEvent ?? (() => {});
  const name = runNameOf(claim);
  try {
    recordSession(ledger, name, pool);
    emit(startedEvent(ledger, name, resumed));
    const store = storeOf(claim.directory);
    await grow({ ledger, pool, store, onEvent: emit, signal, clock: () => new Date() });
  } catch (error) {
    throw aboutRun(error, name);
  } finally {
    ledger.close();
  }
}

/** Returns the error with the name of the run, which has a record and can be resumed. */
function aboutRun(error: unknown, run: string): unknown {
  if (!(error instanceof Mu2NetError) || error.subject.run !== undefined) return error;
  return new Mu2NetError(error.code, error.message, { run, ...error.subject, cause: error });
}

/** Records the start of a session and its workers. */
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
