import { mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { Mu2NetError } from '../domain/errors.js';
import { BrokerPool, type PoolEvent } from '../pool/broker-pool.js';
import type { Pool } from '../pool/pool.js';
import { findPython } from './python.js';
import { Supervisor } from './supervisor.js';

export interface LocalPoolOptions {
  /** Sidecar processes; 1 by default. */
  readonly workers?: number;
  /** Folder of the sidecars' logs, `<worker>.log`. */
  readonly logDirectory: string;
  /** Told, in a line each, what befalls the workers. */
  readonly onLog?: (line: string) => void;
}

/**
 * A pool of sidecars on this machine, all of them ready. Sidecars that die are started again, and
 * what they were doing is done by another; closing the pool ends them, as does the end of this
 * process, however it comes.
 *
 * @throws Mu2NetError PYTHON_MISSING; SIDECAR_LOST with what a sidecar said that does not start;
 *   PROTOCOL_VERSION when a sidecar is of another version.
 */
export async function openLocalPool(options: LocalPoolOptions): Promise<Pool> {
  const { workers = 1, logDirectory, onLog = () => {} } = options;
  const interpreter = findPython();
  mkdirSync(logDirectory, { recursive: true });
  const names = Array.from({ length: workers }, (_, index) => `local-${index}`);
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
    if (awaited.size > 0 || givenUp.size === workers) fail(error);
  };
  const close = async () => {
    await pool.close();
    await Promise.all(supervisors.map((supervisor) => supervisor.close()));
  };

  const pool = await BrokerPool.open({ onEvent: notice });
  for (const name of names) {
    const log = resolve(join(logDirectory, `${name}.log`));
    const onGivenUp = (error: Mu2NetError) => giveUp(name, error);
    const { endpoint } = pool;
    supervisors.push(new Supervisor({ interpreter, endpoint, name, log, onGivenUp, onLog }));
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
