import { rmSync } from 'node:fs';
import { hostname } from 'node:os';
import { basename, join, relative } from 'node:path';
import { checkMethod } from '../config/index.js';
import { Mu2NetError } from '../domain/errors.js';
import type { Experiment, TaskSpec } from '../domain/experiment.js';
import { isName, NAME_RULE } from '../domain/names.js';
import { changedClassCount } from '../evolution/index.js';
import { cancellable } from '../pool/cancellable.js';
import { Speeds } from '../pool/leases/speeds.js';
import type { Pool } from '../pool/pool.js';
import type { WorkerNews } from '../pool/worker-news.js';
import type { EngineOptions } from '../sidecar/engine.js';
import { openTracedPool } from '../sidecar/local.js';
import { isPool, openAddress, type PoolAddress } from '../standing/open-pool.js';
import { isRun } from '../state/directory.js';
import { knownTask } from '../state/known-task.js';
import { type Claim, claimRun, claimUnusedName } from '../state/lock/claim.js';
import { Ledger, readRun } from '../state/record/ledger.js';
import { hasGarbage } from '../state/record/reach.js';
import { currentExperiment, isFinished } from '../state/record/recall.js';
import { type Address, formatAddress, runNameOf, runNames, runsFolder } from '../state/runs.js';
import { parseStorePlace, storeInPlace } from '../state/store-url.js';
import { openTracing } from '../tracing/open.js';
import type { Tracing } from '../tracing/tracing.js';
import { status } from '../views/status.js';
import type { EmitEvent, EventBody, RunEvent } from './events/events.js';
import { Reporter, stampEvent } from './events/reporter.js';
import { tellingTravel } from './events/telling-travel.js';
import { grow } from './growth/grow.js';
import { lacksScores } from './growth/record-scores.js';
import { noteGrowth } from './growth-notes.js';
import { inspectTasks } from './inspect.js';
import { checkPrecision, precisionOf } from './precision.js';
import { startRun } from './start.js';
import { tracedPool } from './traced-pool.js';

/** How a run is grown: where, by which workers, and who listens. */
export interface ResumeOptions {
  /** Sidecar processes on this machine; 1 by default, 'auto' for one per GPU. */
  readonly workers?: number | 'auto' | undefined;
  /** How the sidecars compute; a resumed run keeps its precision by default. */
  readonly engine?: EngineOptions | undefined;
  /**
   * After this many minutes without a step (a batch of a child, an image that is read), a sidecar is
   * replaced, and its request is tried again; 60 by default.
   */
  readonly stuckAfterMinutes?: number | undefined;
  /**
   * Pool to use instead of sidecars on this machine: an open one, which the caller closes, or the
   * address of a standing pool.
   */
  readonly pool?: Pool | PoolAddress | undefined;
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
  /**
   * Where the components are kept: a folder, or a URL such as `s3://bucket/prefix` that all workers
   * reach. The run gets a store of its own there. By default it is a folder of the run directory.
   */
  readonly store?: string | undefined;
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
  const place = options.store === undefined ? undefined : parseStorePlace(options.store);
  const claim = claimNewRun(experiment, options);
  const { directory, branch } = claim;
  options.onNamed?.(runNameOf(claim));
  const store = place === undefined ? undefined : storeInPlace(place, basename(directory));
  const start = { directory, experiment, store, createdAt: new Date() };
  await holdSession(claim, options, {
    resumed: false,
    open: (pool, emit) => startRun({ ...start, emit }, pool),
  });
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

/** @throws Mu2NetError CONFIG_INVALID, RUN_EXISTS when the given name is in use, RUN_LOCKED */
function claimNewRun({ name: wanted }: Experiment, { name, folder = runsFolder() }: GrowOptions) {
  if (name === undefined) return claimUnusedName(wanted, folder);
  if (!isName(name)) {
    throw new Mu2NetError('CONFIG_INVALID', `'${name}' cannot name a run: ${NAME_RULE}`, {
      run: name,
    });
  }
  if (!runNames(folder).includes(name)) return claimRun(join(folder, name));
  throw new Mu2NetError(
    'RUN_EXISTS',
    `run '${name}' exists in ${folder}; continue it with 'npx mu2net resume ${name}', or choose a different name`,
    { run: name },
  );
}

/**
 * Resumes a run or a branch from the current state of its record; a finished one does not change.
 * @throws Mu2NetError RUN_UNKNOWN, BRANCH_UNKNOWN, RUN_LOCKED, METHOD_CHANGED, and whatever growing
 *   throws.
 */
export async function resumeRun(address: Address, options: ResumeOptions = {}): Promise<void> {
  const { directory, branch } = address;
  // The record is read first, because claiming would create a missing directory.
  const { experiment, precision, settled } = readRun(address, (ledger) => ({
    experiment: currentExperiment(ledger).experiment,
    precision: precisionOf(ledger) ?? undefined,
    settled: isSettled(ledger),
  }));
  // It needs neither its data nor a worker any more.
  if (settled) {
    const where = { run: runNameOf(address), branch };
    return options.onEvent?.(stampEvent({ type: 'finished', seconds: 0 }, where));
  }
  checkDevices(experiment, options);
  checkMethod(experiment.method);
  const { precision: given = 'auto', ...others } = options.engine ?? {};
  const engine = { ...others, precision: given === 'auto' ? precision : given };
  await holdSession(
    claimRun(directory, branch),
    { ...options, engine },
    {
      resumed: true,
      open: (pool, emit) => reopenRun(address, pool, emit),
    },
  );
}

/** Says whether a branch leaves nothing to do: no child, no test, no score, no garbage. */
function isSettled(ledger: Ledger): boolean {
  return isFinished(ledger) && !hasGarbage(ledger) && !lacksScores(ledger);
}

/**
 * Opens the record of a run in order to continue it. Inspects the tasks first, because their data
 * may have moved or changed.
 */
async function reopenRun(address: Address, pool: Pool, emit: EmitEvent): Promise<Ledger> {
  const { directory, branch } = address;
  const { known, planned } = readRun(address, (ledger) => ({
    known: ledger.tasks(),
    // A finished run needs no data to collect what a kill left in its store.
    planned: isFinished(ledger) ? [] : currentExperiment(ledger).experiment.tasks,
  }));
  const specs = planned.map((spec) => knownTask(spec, known) ?? spec);
  const tasks = await inspectTasks(specs, pool, emit);
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
  readonly open: (pool: Pool, emit: EmitEvent) => Promise<Ledger>;
}

/** Grows a claimed run to its end, and tells what happens; the run is then free again. */
async function holdSession(
  claim: Claim,
  options: ResumeOptions,
  opening: SessionStart,
): Promise<void> {
  const started = performance.now();
  const notes = noteGrowth(claim);
  const reporter = new Reporter(claim, (event) => {
    notes.progress();
    options.onEvent?.(event);
  });
  const { emit } = reporter;
  try {
    emit({ type: 'session', pid: process.pid, host: hostname() });
    await growWithPool(claim, options, opening, reporter);
    emit({ type: 'finished', seconds: (performance.now() - started) / 1000 });
    notes.end();
  } catch (error) {
    emitStopped(error, emit);
    notes.end(error);
    removeFailedStart(claim, error);
    throw error;
  } finally {
    reporter.close();
    claim.lock.release();
  }
}

/** Tells why a session stops. The listener may be what failed, so its errors change nothing. */
function emitStopped(error: unknown, emit: EmitEvent): void {
  const code = error instanceof Mu2NetError ? error.code : 'INTERNAL';
  const [message = ''] = (error instanceof Error ? error.message : String(error)).split('\n');
  try {
    emit({ type: 'stopped', code, message });
  } catch {
    // The first error is the one to report.
  }
}

/** Grows a claimed run with the given pool, or with one that lives as long as the session. */
async function growWithPool(
  claim: Claim,
  { pool: given, onEvent: _, signal, ...options }: ResumeOptions,
  opening: SessionStart,
  { emit, emitAside }: Reporter,
): Promise<void> {
  const onWorker = (news: WorkerNews) => emitAside({ type: 'worker', ...news });
  const isOpen = given !== undefined && isPool(given);
  const phase = given ? 'joining pool' : 'starting workers';
  if (!isOpen) emit({ type: 'phase', phase, task: null });
  const logDirectory = claim.directory;
  const warn = (message: string) => emit({ type: 'warning', message });
  const tracing = await openTracing('mu2net', warn);
  const pool = isOpen
    ? given
    : given
      ? await openAddress(given, { onWorker, signal })
      : await openTracedPool({ ...options, logDirectory, onWorker, signal }, tracing);
  try {
    if (signal?.aborted) {
      const run = runNameOf(claim);
      throw new Mu2NetError('CANCELLED', 'the run was stopped before it began', { run });
    }
    const run = runNameOf(claim);
    const traced = tracedPool(cancellable(pool, signal), { tracing, run, parent: null });
    await growClaimed(claim, tellingTravel(traced, emit), opening, { emit, tracing });
  } finally {
    if (!isOpen) await pool.close();
    await tracing.close();
  }
}

async function growClaimed(
  claim: Claim,
  pool: Pool,
  { open, resumed }: SessionStart,
  { emit, tracing }: { readonly emit: EmitEvent; readonly tracing: Tracing },
): Promise<void> {
  const ledger = await open(pool, emit);
  const name = runNameOf(claim);
  try {
    recordSession(ledger, name, pool);
    emit(startedEvent(ledger, name, resumed));
    const store = ledger.store();
    const traced = { tracing, run: name };
    await grow({
      ledger,
      pool,
      store,
      speeds: new Speeds(),
      emit,
      clock: () => new Date(),
      traced,
    });
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

function startedEvent(ledger: Ledger, name: string, resumed: boolean): EventBody {
  const { directory, children, childrenDone } = status(ledger, name);
  const { experiment } = currentExperiment(ledger);
  const { taskIterations } = experiment;
  const tasks = experiment.tasks.map(({ name }) => name);
  return {
    type: 'started',
    directory,
    resumed,
    tasks,
    taskIterations,
    children,
    childrenDone,
  };
}
