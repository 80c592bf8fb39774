import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { Mu2NetError } from '../domain/errors.js';
import type { Experiment, TaskSpec } from '../domain/experiment.js';
import type { Pool } from '../pool/pool.js';
import type { EngineOptions } from '../sidecar/engine.js';
import { openLocalPool } from '../sidecar/local.js';
import { Ledger, reading } from '../state/ledger.js';
import { lockRun, type RunLock } from '../state/lock.js';
import { followed } from '../state/recall.js';
import { MAIN } from '../state/records.js';
import {
  type Address,
  addressOf,
  addressText,
  listRuns,
  nameOf,
  runsFolder,
} from '../state/runs.js';
import { status } from '../views/status.js';
import type { RunEvent } from './events.js';
import { grow } from './grow.js';
import { checkPrecision, precisionOf } from './precision.js';
import { classesChanged, inspectTasks, startRun, storeOf } from './start.js';

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

/** A run directory that this process has taken, to grow one of its branches. */
interface Claim extends Address {
  readonly lock: RunLock;
}

/** Takes a directory, which is made if need be. @throws Mu2NetError RUN_LOCKED */
export function claim(directory: string, branch: string = MAIN): Claim {
  mkdirSync(directory, { recursive: true });
  return { directory, branch, lock: lockRun(directory) };
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
  const { onEvent, signal } = options;
  const found = (pool: Pool) => startRun(directory, experiment, pool, new Date(), onEvent, signal);
  await inSession(claimed, options, found, false);
  return directory;
}

/**
 * Resumes a run, or a branch of it, where its record stands; a finished one is left as it is.
 * @param address the run directory, or `directory:branch`.
 * @throws Mu2NetError RUN_UNKNOWN, BRANCH_UNKNOWN, RUN_LOCKED, and whatever running throws.
 */
export async function resume(address: string, options: SessionOptions = {}): Promise<void> {
  const { directory, branch } = addressOf(address);
  // A run that is not there is not to be claimed.
  const { experiment, precision } = reading(address, (ledger) => ({
    experiment: followed(ledger).experiment,
    precision: precisionOf(ledger) ?? undefined,
  }));
  checkDevices(experiment, options);
  const { precision: asked = 'auto', ...others } = options.engine ?? {};
  const engine = { ...others, precision: asked === 'auto' ? precision : asked };
  const reopen = async (pool: Pool) => {
    const { known, visited } = reading(address, (ledger) => {
      const { tasks } = followed(ledger).experiment;
      return { known: ledger.tasks(), visited: tasks };
    });
    // The data may have moved or changed since; better to say so before training on it.
    const specs = visited.map((spec) => known.find((task) => isSameTask(task, spec)) ?? spec);
    const tasks = await inspectTasks(specs, pool);
    const changed = classesChanged(known, tasks);
    if (changed !== null) throw new Mu2NetError('CONFIG_INVALID', `${address}: ${changed}`);
    const ledger = Ledger.open(directory, branch);
    // A branch may visit tasks that its system has not met.
    const met = new Set<TaskSpec>(known);
    ledger.addTasks(tasks.filter((_, at) => !met.has(specs[at] as TaskSpec)));
    return ledger;
  };
  await inSession(claim(directory, branch), { ...options, engine }, reopen, true);
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

/** Whether a task is what a specification says, whatever its data holds. */
function isSameTask(task: TaskSpec, spec: TaskSpec): boolean {
  const identity = ({ facts, classNames, ...rest }: TaskSpec) => rest;
  return isDeepStrictEqual(identity(task), identity(spec));
}

async function inSession(
  { directory, branch, lock }: Claim,
  { workers = 1, engine = {}, pool: given, onEvent = () => {}, signal }: SessionOptions,
  open: (pool: Pool) => Promise<Ledger>,
  resumed: boolean,
): Promise<void> {
  const started = performance.now();
  const name = nameOf(addressText(directory, branch));
  try {
    const pool = given ?? (await openLocalPool({ workers, engine, logDirectory: directory }));
    try {
      if (signal?.aborted) throw new Mu2NetError('CANCELLED', 'stopped before it began');
      const ledger = await open(pool);
      try {
        noteSession(ledger, name, pool);
        onEvent(startedEvent(ledger, name, resumed));
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
    run: name,
    seconds: (performance.now() - started) / 1000,
  });
}

/** Records who carries the run on from here. */
function noteSession(ledger: Ledger, name: string, pool: Pool): void {
  const workers = pool.workers();
  checkPrecision(name, precisionOf(ledger), workers);
  ledger.addSession(
    workers.map(({ name, versions, devices, engine }) => ({ name, versions, devices, engine })),
    new Date(),
  );
}

function startedEvent(ledger: Ledger, name: string, resumed: boolean): RunEvent {
  const { run, directory, children, childrenDone } = status(ledger, name);
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
