import { mkdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { Mu2NetError } from '../domain/errors.js';
import type { Experiment } from '../domain/experiment.js';
import type { Pool } from '../pool/pool.js';
import type { EngineOptions } from '../sidecar/engine.js';
import { openLocalPool } from '../sidecar/local.js';
import { Ledger, reading } from '../state/ledger.js';
import { lockRun, type RunLock } from '../state/lock.js';
import { followed } from '../state/recall.js';
import { listRuns, runsFolder } from '../state/runs.js';
import type { RunEvent } from './events.js';
import { grow } from './grow.js';
import { checkPrecision, precisionOf } from './precision.js';
import { inspectTasks, startRun, storeOf } from './start.js';
import { status } from './status.js';

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

/** A run directory that this process has taken. */
interface Claim {
  readonly directory: string;
  readonly lock: RunLock;
}

function claim(directory: string): Claim {
  mkdirSync(directory, { recursive: true });
  return { directory, lock: lockRun(directory) };
}

/** Claims the first directory of a name, or of it with a number, that holds no run and is not in use. */
function claimFree(wanted: string, folder: string): Claim {
  const taken = new Set(listRuns(folder));
  for (let n = 1; ; n++) {
    const name = n === 1 ? wanted : `${wanted}-${n}`;
    if (taken.has(name)) continue;
    try {
      return claim(join(folder, name));
    } catch (error) {
      if (!(error instanceof Mu2NetError && error.code === 'RUN_LOCKED')) throw error;
    }
  }
}

/**
 * Runs an experiment from its beginning to its end, in a run directory of its own.
 * @returns the run directory.
 * @throws Mu2NetError; a run whose record exists by then can be resumed.
 */
export async function run(experiment: Experiment, options: SessionOptions = {}): Promise<string> {
  const folder = options.folder ?? runsFolder();
  checkDevices(experiment, options);
  if (options.name !== undefined && listRuns(folder).includes(options.name)) {
    throw new Mu2NetError(
      'RUN_EXISTS',
      `run '${options.name}' exists in ${folder}; continue it with 'mu2net resume ${options.name}', or choose another name`,
    );
  }
  const claimed =
    options.name === undefined
      ? claimFree(experiment.name, folder)
      : claim(join(folder, options.name));
  const { directory } = claimed;
  const found = (pool: Pool) => startRun(directory, experiment, pool, new Date());
  await inSession(claimed, options, found, false);
  return directory;
}

/**
 * Resumes a run where its record stands; a finished run is left as it is.
 * @throws Mu2NetError RUN_UNKNOWN, RUN_LOCKED, and whatever running throws.
 */
export async function resume(directory: string, options: SessionOptions = {}): Promise<void> {
  const { experiment, tasks, precision } = reading(directory, (ledger) => {
    const { experiment } = followed(ledger);
    const visited = new Set(experiment.tasks.map(({ name }) => name));
    const tasks = ledger.tasks().filter(({ name }) => visited.has(name));
    return { experiment, tasks, precision: precisionOf(ledger) ?? undefined };
  });
  checkDevices(experiment, options);
  const { precision: asked = 'auto', ...others } = options.engine ?? {};
  const engine = { ...others, precision: asked === 'auto' ? precision : asked };
  const reopen = async (pool: Pool) => {
    // The data may have moved or changed since; better to say so before training on it.
    await inspectTasks(tasks, pool);
    return Ledger.open(directory);
  };
  await inSession(claim(directory), { ...options, engine }, reopen, true);
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

async function inSession(
  { directory, lock }: Claim,
  { workers = 1, engine = {}, pool: given, onEvent = () => {}, signal }: SessionOptions,
  open: (pool: Pool) => Promise<Ledger>,
  resumed: boolean,
): Promise<void> {
  const started = performance.now();
  try {
    const pool = given ?? (await openLocalPool({ workers, engine, logDirectory: directory }));
    try {
      if (signal?.aborted) throw new Mu2NetError('CANCELLED', 'stopped before it began');
      const ledger = await open(pool);
      try {
        noteSession(ledger, pool);
        onEvent(startedEvent(ledger, directory, resumed));
        await grow({
          ledger,
          pool,
          store: storeOf(directory),
          onEvent,
          signal,
          clock: () => new Date(),
        });
      } finally {
        ledger.close();
      }
    } finally {
      if (!given) await pool.close();
    }
  } finally {
    lock.release();
  }
  onEvent({
    type: 'finished',
    run: basename(directory),
    seconds: (performance.now() - started) / 1000,
  });
}

/** Records who carries the run on from here. */
function noteSession(ledger: Ledger, pool: Pool): void {
  const workers = pool.workers();
  checkPrecision(basename(ledger.directory), precisionOf(ledger), workers);
  ledger.addSession(
    workers.map(({ name, versions, devices, engine }) => ({ name, versions, devices, engine })),
    new Date(),
  );
}

function startedEvent(ledger: Ledger, directory: string, resumed: boolean): RunEvent {
  const { run, children, childrenDone } = status(ledger, basename(directory));
  const { experiment } = followed(ledger);
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
