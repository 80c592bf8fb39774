import { mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { Mu2NetError } from '../domain/errors.js';
import { BrokerPool } from '../pool/broker-pool.js';
import { unlessAborted } from '../pool/cancellable.js';
import type { Pool } from '../pool/pool.js';
import type { PoolEvent } from '../pool/pool-event.js';
import { createSession } from '../pool/wire/security.js';
import { news, newsOf, type WorkerNews } from '../pool/worker-news.js';
import { type Tracing, UNTRACED } from '../tracing/tracing.js';
import { allotDevices } from './allotment.js';
import { type EngineOptions, flagsOf } from './engine.js';
import { probeDevices } from './probe.js';
import { findPython } from './python.js';
import { Supervisor } from './supervisor.js';

/** How many sidecars a pool has, and how they compute. */
export interface LocalPoolOptions {
  /** Sidecar processes; 1 by default, 'auto' for as many as the accelerators allow. */
  readonly workers?: number | 'auto' | undefined;
  /** How they compute. */
  readonly engine?: EngineOptions | undefined;
  /** Folder of the sidecars' logs, `<worker>.log`. */
  readonly logDirectory: string;
  /** Called with each thing that happens to a worker. */
  readonly onWorker?: ((news: WorkerNews) => void) | undefined;
  /**
   * After this many minutes without a step (a batch of a child, an image that is read), a worker is
   * replaced, and its request is tried again; 60 by default.
   */
  readonly stuckAfterMinutes?: number | undefined;
  /** Ends the start of the sidecars, and only that. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * Opens a pool of sidecars on this machine, all of them ready. A sidecar that dies is started again,
 * and another does its work. Closing the pool ends them; so does the end of this process. On a
 * machine with several GPUs each sidecar has its own.
 *
 * @throws Mu2NetError PYTHON_MISSING; CONFIG_INVALID when there are too few devices; SIDECAR_LOST
 *   with what a sidecar said when it does not start; PROTOCOL_VERSION when a sidecar is of another
 *   version; CANCELLED.
 *
 * @example
 * const own = await openLocalPool({ workers: 1, logDirectory: 'logs' });
 * try {
 *   const { accuracy } = await openRun('quickstart').evaluate('digits', { pool: own });
 * } finally {
 *   await own.close();
 * }
 */
export function openLocalPool(options: LocalPoolOptions): Promise<Pool> {
  return openTracedPool(options, UNTRACED);
}

/** Opens a pool as `openLocalPool` does, which records a span for each lease. */
export async function openTracedPool(options: LocalPoolOptions, tracing: Tracing): Promise<Pool> {
  const { workers = 1, engine = {}, logDirectory, onWorker = () => {}, signal } = options;
  const { stuckAfterMinutes } = options;
  const interpreter = findPython();
  const { environments, memory } = allotDevices({
    devices: workers === 1 ? null : await probeDevices(interpreter, signal),
    workers,
    devicesPerWorker: engine.devices ?? 1,
    visible: process.env.CUDA_VISIBLE_DEVICES,
  });
  mkdirSync(logDirectory, { recursive: true });
  const crew = new Crew(environments.length, onWorker);
  const { security, credentials } = createSession();
  const pool = await BrokerPool.open({
    security,
    tracing,
    onEvent: (event) => crew.notice(event),
    ...(stuckAfterMinutes !== undefined && { stuckAfterMillis: 60_000 * stuckAfterMinutes }),
  });
  const { endpoint } = pool;
  const flags = flagsOf({ memory, ...engine });
  const supervisors = environments.map((environment, index) => {
    const name = `local-${index}`;
    const log = resolve(join(logDirectory, `${name}.log`));
    const onGivenUp = (error: Mu2NetError) => crew.giveUp(error);
    return new Supervisor({
      ...{ interpreter, endpoint, credentials, name, flags, environment, log },
      ...{ onGivenUp, onWorker },
    });
  });
  crew.start(pool, supervisors);
  const close = async () => {
    await pool.close();
    await Promise.all(supervisors.map((supervisor) => supervisor.close()));
  };
  try {
    await unlessAborted(crew.ready, signal, 'the start of the sidecars');
  } catch (error) {
    await close();
    throw error;
  }
  return {
    execute: (request, execution) => pool.execute(request, execution),
    workers: () => pool.workers(),
    close,
  };
}

/** The sidecars of a pool: knows when all have joined, and fails the pool when none is left. */
class Crew {
  /** Resolves when every sidecar has joined once; rejects when one of them never will. */
  readonly ready: Promise<void>;
  readonly #onWorker: (news: WorkerNews) => void;
  readonly #size: number;
  readonly #joined = new Set<string>();
  #givenUp = 0;
  #pool: BrokerPool | undefined;
  #supervisors: readonly Supervisor[] = [];
  #resolve: () => void = () => {};
  #reject: (error: Mu2NetError) => void = () => {};

  constructor(size: number, onWorker: (news: WorkerNews) => void) {
    this.#size = size;
    this.#onWorker = onWorker;
    this.ready = new Promise<void>((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
  }

  start(pool: BrokerPool, supervisors: readonly Supervisor[]): void {
    this.#pool = pool;
    this.#supervisors = supervisors;
  }

  notice(event: PoolEvent): void {
    for (const supervisor of this.#supervisors) supervisor.notice(event);
    this.#onWorker(newsOf(event, this.#pool?.workers() ?? []));
    switch (event.type) {
      case 'refused':
        this.#fail(new Mu2NetError('PROTOCOL_VERSION', event.message));
        break;
      case 'joined':
        this.#joined.add(event.worker);
        if (this.#joined.size === this.#size) this.#resolve();
        break;
    }
  }

  /** Takes note that a sidecar will not be started again. */
  giveUp(error: Mu2NetError): void {
    this.#onWorker(news(error.subject.worker ?? null, 'gaveUp', error.message));
    this.#givenUp++;
    if (this.#joined.size < this.#size || this.#givenUp === this.#size) this.#fail(error);
  }

  #fail(error: Mu2NetError): void {
    this.#reject(error);
    this.#pool?.fail(error);
  }
}
