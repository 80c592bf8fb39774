import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { Mu2NetError } from '../domain/errors.js';
import type { Experiment, TaskSpec } from '../domain/experiment.js';
import { changedClassCount } from '../evolution/index.js';
import type { Pool } from '../pool/pool.js';
import type { EngineOptions } from '../sidecar/engine.js';
import { openLocalPool } from '../sidecar/local.js';
import { type Claim, claimUnusedName, claimRun } from '../state/claim.js';
import { storeOf } from '../state/directory.js';
import { Ledger, readRun } from '../state/ledger.js';
import { currentExperiment } from '../state/recall.js';
import { type Address, formatAddress, runNameOf, runNames, runsFolder } from '../state/runs.js';
import { status } from '../views/status.js';
import type { RunEvent } from './events.js';
import { grow } from './grow.js';
import { inspectTasks } from './inspect.js';
import { checkPrecision, precisionOf } from './precision.js';
import { startRun } from './start.js';

/** How a run is grown: where, by which workers, and who listens. */
export interface ResumeOptions {
  /** Sidecar processes on this machine; 1 by default, 'auto' for one per GPU. */
  readonly workers?: number | 'auto' | undefined;
  /** How they compute; a resumed run goes on in the precision that it has. */
  readonly engine?: EngineOptions | undefined;
  /** Where to execute instead of on this machine's sidecars; the caller closes it. */
  readonly pool?: Pool | undefined;
  /** Called with each event of the run, as it happens. */
  readonly onEvent?: ((event: RunEvent) => void) | undefined;
  /** Stops the run at the next training step; what is recorded stays, and `resume` goes on. */
  readonly signal?: AbortSignal | undefined;
}

/** How a new run is grown. */
export interface GrowOptions extends ResumeOptions {
  /** Name of the run; by default the experiment's, with a number when that is taken. */
  readonly name?: string | undefined;
  /** Folder of the runs; `./runs` unless `MU2NET_RUNS` says otherwise. */
  readonly folder?: string | undefined;
}

/**
 * Grows a new run from its beginning to its end, in a run directory of its own.
 * @throws Mu2NetError; a run whose record exists by then can be resumed.
 */
export async function growRun(experiment: Experiment, options: GrowOptions = {}): Promise<Address> {
  checkDevices(experiment, options);
  const claim = claimNewRun(experiment, options);
  const { directory, branch } = claim;
  const { onEvent, signal } = options;
  const start = { directory, experiment, createdAt: new Date(), onEvent, signal };
  await holdSession(claim, options, { resumed: false, open: (pool) => startRun(start, pool) });
  return { directory, branch };
}

/** @throws Mu2NetError RUN_EXISTS when the name that is asked for is taken, RUN_LOCKED */
function claimNewRun({ name: wanted }: Experiment, { name, folder = runsFolder() }: GrowOptions) {
  if (name === undefined) return claimUnusedName(wanted, folder);
  if (!runNames(folder).includes(name)) return claimRun(join(folder, name));
  throw new Mu2NetError(
    'RUN_EXISTS',
    `run '${name}' exists in ${folder}; continue it with 'npx mu2net resume ${name}', or choose another name`,
    { run: name },
  );
}

/**
 * Resumes a run, or a branch of it, where its record stands; a finished one is left as it is.
 * @throws Mu2NetError RUN_UNKNOWN, BRANCH_UNKNOWN, RUN_LOCKED, and whatever growing throws.
 */
export async function resumeRun(address: Address, options: ResumeOptions = {}): Promise<void> {
  const { directory, branch } = address;
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
    { resumed: true, open: (pool) => reopenRun(address, pool) },
  );
}

/**
 * Opens the record of a run to go on with it. Its data may have moved or changed since, so the tasks
 * are inspected first.
 */
async function reopenRun(address: Address, pool: Pool): Promise<Ledger> {
  const { directory, branch } = address;
  const { known, visited } = readRun(address, (ledger) => ({
    known: ledger.tasks(),
    visited: currentExperiment(ledger).experiment.tasks,
  }));
  const specs = visited.map((spec) => known.find((task) => matchesSpec(task, spec)) ?? spec);
  const tasks = await inspectTasks(specs, pool);
  const changed = changedClassCount(known, tasks);
  if (changed !== null) {
    const run = runNameOf(address);
    throw new Mu2NetError('CONFIG_INVALID', `${formatAddress(address)}: ${changed}`, { run });
  }
  const ledger = Ledger.open(directory, branch);
  // A branch may visit tasks that its system has not met.
  const met = new Set<TaskSpec>(known);
  ledger.recordTasks(tasks.filter((_, at) => !met.has(specs[at] as TaskSpec)));
  return ledger;
}

/** @throws Mu2NetError CONFIG_INVALID when devices cannot share a batch evenly. */
function checkDevices({ training }: Experiment, { engine }: ResumeOptions): void {
  const devices = engine?.devices ?? 1;
  if (training.batchSize % devices === 0) return;
  throw new Mu2NetError(
    'CONFIG_INVALID',
    `${devices} devices cannot share batches of ${training.batchSize} images evenly; choose a number that divides training.batchSize`,
    { key: 'training.batchSize' },
  );
}

/** Whether a task is what a specification says, whatever its data holds. */
function matchesSpec(task: TaskSpec, spec: TaskSpec): boolean {
  const identity = ({ facts, classNames, ...rest }: TaskSpec) => rest;
  return isDeepStrictEqual(identity(task), identity(spec));
}

/** How a session gets at its record. */
interface SessionStart {
  readonly resumed: boolean;
  readonly open: (pool: Pool) => Promise<Ledger>;
}

/** Grows a claimed run to its end, with a pool that lives as long as the session if none is given. */
async function holdSession(
  claim: Claim,
  { workers = 1, engine = {}, pool: given, onEvent = () => {}, signal }: ResumeOptions,
  opening: SessionStart,
): Promise<void> {
  const started = performance.now();
  const { directory, lock } = claim;
  const name = runNameOf(claim);
  try {
    const pool = given ?? (await openLocalPool({ workers, engine, logDirectory: directory }));
    try {
      if (signal?.aborted)
        throw new Mu2NetError('CANCELLED', 'stopped before it began', { run: name });
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
  { open, resumed }: SessionStart,
  { onEvent, signal }: Required<Pick<ResumeOptions, 'onEvent' | 'signal'>>,
): Promise<void> {
  const ledger = await open(pool);
  const tell = onEvent ?? (() => {});
  try {
    recordSession(ledger, name, pool);
    tell(startedEvent(ledger, name, resumed));
    const store = storeOf(directory);
    await grow({ ledger, pool, store, onEvent: tell, signal, clock: () => new Date() });
  } catch (error) {
    throw aboutRun(error, name);
  } finally {
    ledger.close();
  }
}

/** The error, with the name of the run: it has a record, and can be resumed. */
function aboutRun(error: unknown, run: string): unknown {
  if (!(error instanceof Mu2NetError) || error.subject.run !== undefined) return error;
  return new Mu2NetError(error.code, error.message, { run, ...error.subject, cause: error });
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
