import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import type { Group } from '../config/index.js';
import { Mu2NetError } from '../domain/errors.js';
import { replaceFile } from '../state/durable.js';
import { lockFile } from '../state/lock/file-lock.js';
import type { BrokerAddress } from './broker.js';

/** The record of `up`, which `down` needs later: also after this machine was restarted. */
export interface PoolState {
  readonly name: string;
  /** Where workers were told to connect; null: none was started yet. */
  readonly broker: BrokerAddress | null;
  /** Groups as they were started, by name. */
  readonly groups: Readonly<Record<string, Group>>;
}

/** The folder of everything that pools keep on this machine. */
function poolsFolder(): string {
  return process.env.MU2NET_POOLS || join(homedir(), '.mu2net', 'pools');
}

const stateFile = (pool: string) => join(poolsFolder(), `${pool}.json`);

/** Reads what was started of a pool; null if nothing was. */
export function readPoolState(pool: string): PoolState | null {
  const file = stateFile(pool);
  return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : null;
}

/** Writes what is started of a pool, for the user alone; null removes it. */
export function writePoolState(pool: string, state: PoolState | null): void {
  const file = stateFile(pool);
  if (state) replaceFile(file, `${JSON.stringify(state, null, 2)}\n`, 0o600);
  else rmSync(file, { force: true });
}

/**
 * Does work that starts or stops workers of a pool, alone.
 *
 * @throws Mu2NetError POOL_LOCKED when another process does such work.
 */
export async function withPoolLock<T>(pool: string, work: () => Promise<T>): Promise<T> {
  mkdirSync(poolsFolder(), { recursive: true, mode: 0o700 });
  const lock = lockFile(join(poolsFolder(), `${pool}.lock`));
  if (!lock) {
    throw new Mu2NetError(
      'POOL_LOCKED',
      `another process starts or stops workers of the pool ${pool}; wait until it has ended`,
    );
  }
  try {
    return await work();
  } finally {
    lock.release();
  }
}
