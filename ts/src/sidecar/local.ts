import { mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { Mu2NetError } from '../domain/errors.js';
import { BrokerPool, type PoolEvent } from '../pool/broker-pool.js';
import type { Pool } from '../pool/pool.js';
import { allot } from './allotment.js';
import { type EngineOptions, flagsOf } from './engine.js';
import { probeDevices } from './probe.js';
import { findPython } from './python.js';
import { Supervisor } from './supervisor.js';

/** How many sidecars a pool has, and how they compute. */
export interface LocalPoolOptions {
  /** Sidecar processes; 1 by default, 'auto' for as many as the accelerators allow. */
  readonly workers?: number | 'auto';
  /** How they compute. */
  readonly engine?: EngineOptions;
  /** Folder of the sidecars' logs, `<worker>.log`. */
  readonly logDirectory: string;
  /** Called with one line for each thing that happens to a worker. */
  readonly onLog?: (line: string) => void;
}

/**
 * Opens a pool of sidecars on this machine, all of them ready. A sidecar that dies is started again,
 * and another does its work. Closing the pool ends them; so does the end of this process. On a
 * machine with several GPUs each sidecar has its own.
 *
 * @throws Mu2NetError PYTHON_MISSING; CONFIG_INVALID when there are too few devices; SIDECAR_LOST
 *   with what a sidecar said when it does not start; PROTOCOL_VERSION when a sidecar is of another
 *   version.
 *
 * @example
 * const own = await openLocalPool({ workers: 1, logDirectory: 'logs' });
 * try {
 *   const { accuracy } = await openRun('quickstart').evaluate('digits', { pool: own });
 * } finally {
 *   await own.close();
 * }
 */
export async function openLocalPool(options: LocalPoolOptions): Promise<Pool> {
  const { workers = 1, engine = {}, logDirectory, onLog = () => {} } = options;
  const interpreter = findPython();
  const found = workers === 1 ? null : await probeDevices(interpreter);
  const visible = process.env.CUDA_VISIBLE_DEVICES;
  const { environments, memory } = allot(found, workers, engine.devices ?? 1, visible);
  const flags = flagsOf({ memory, ...engine });
  mkdirSync(logDirectory, { recursive: true });
  const names = environments.map((_, index) => `local-${index}`);
  const awaited = new Set(names);
  const givenUp = new Set<string>();
  const supervisors: Supervisor[] = [];
  let onReady = () => {};
  let onFailed = (_error: Mu2NetError) => {};
  const ready = new Promise<void>((resolve, reject) => {
    onReady = resolve;
    onFailed = reject;
  });

  const fail = (error: Mu2NetError) => {
    onFailed(error);
    pool.fail(error);
  };
  const notice = (event: PoolEvent) => {
    for (const supervisor of supervisors) supervisor.notice(event);
    if (event.type === 'refused') fail(new Mu2NetError('PROTOCOL_VERSION', event.message));
    if (event.type === 'dropped') onLog(`dropped what came from elsewhere: ${event.reason}`);
    if (event.type === 'joined') {
      awaited.delete(event.worker);
      if (awaited.size === 0) onReady();
    }
  };
  const giveUp = (name: string, error: Mu2NetError) => {
    onLog(error.message);
    givenUp.add(name);
    if (awaited.size > 0 || givenUp.size === names.length) fail(error);
  };
  const close = async () => {
    await pool.close();
    await Promise.all(supervisors.map((supervisor) => supervisor.close()));
  };

  const pool = await BrokerPool.open({ onEvent: notice });
  for (const [index, name] of names.entries()) {
    const environment = environments[index] ?? {};
    const log = resolve(join(logDirectory, `${name}.log`));
    const onGivenUp = (error: Mu2NetError) => giveUp(name, error);
    const { endpoint } = pool;
    supervisors.push(
      new Supervisor({ interpreter, endpoint, name, flags, environment, log, onGivenUp, onLog }),
    );
  }
  try {
    await ready;
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
