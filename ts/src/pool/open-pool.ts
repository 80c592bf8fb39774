import { Mu2NetError } from '../domain/errors.js';
import { cancellable, unlessAborted } from './cancellable.js';
import type { Pool } from './pool.js';
import { RemotePool, type RemotePoolOptions } from './remote-pool.js';
import { news } from './worker-news.js';

/** How a standing pool is opened and used. */
export interface OpenPoolOptions extends RemotePoolOptions {
  /** How long the pool may take to answer at first; 15 s by default. */
  readonly answerMillis?: number | undefined;
  /** Ends the wait for the pool and its workers, and only that. */
  readonly signal?: AbortSignal | undefined;
}

/** A standing pool to use: its address, or that and how to use it. */
export type PoolAddress = string | ({ readonly endpoint: string } & RemotePoolOptions);

/** Whether a pool is open, rather than an address to open. */
export function isPool(pool: Pool | PoolAddress): pool is Pool {
  return typeof pool === 'object' && 'execute' in pool;
}

/** A pool that goes away later is waited for without limit. */
const ANSWER_MILLIS = 15_000;

const ENDPOINT = /^tcp:\/\/(\[[0-9a-fA-F:.]+\]|[\w.-]+):[1-9]\d{0,4}$/;

/**
 * Opens a standing pool, which `mu2net pool serve` runs and several controllers share. Waits until
 * it has a worker. Closing it cancels the requests of this process, and leaves the pool as it is.
 *
 * @param endpoint `tcp://host:port`, where the pool listens.
 * @throws Mu2NetError CONFIG_INVALID for something that is not an address; POOL_AWAY when no pool
 *   answers there; PROTOCOL_VERSION when it is of another version; CANCELLED.
 *
 * @example
 * const shared = await openPool('tcp://127.0.0.1:7300');
 * const run = await grow(loadExperiment('tiny.yaml'), { name: 'shared', pool: shared });
 * await shared.close();
 */
export async function openPool(
  endpoint: string,
  { signal, answerMillis = ANSWER_MILLIS, ...options }: OpenPoolOptions = {},
): Promise<Pool> {
  if (!ENDPOINT.test(endpoint)) {
    throw new Mu2NetError(
      'CONFIG_INVALID',
      `'${endpoint}' is not the address of a pool; write tcp://<host>:<port>, as 'npx mu2net pool serve' prints it`,
    );
  }
  const pool = new RemotePool(endpoint, options);
  try {
    await unlessAborted(answered(pool, answerMillis), signal, 'the connection to the pool');
    if (pool.workers().length === 0) {
      const how = `'npx mu2net sidecar --connect ${endpoint}' adds one`;
      options.onWorker?.(news(null, 'waiting', `the pool has no free worker yet; ${how}`));
    }
    const staffed = pool.until(() => pool.workers().length > 0);
    await unlessAborted(staffed, signal, 'the wait for a worker');
  } catch (error) {
    await pool.close();
    throw error;
  }
  return pool;
}

/** Opens the pool of an address, with the signal added to every request. */
export async function openAddress(
  address: PoolAddress,
  { signal, onWorker }: Pick<OpenPoolOptions, 'signal' | 'onWorker'>,
): Promise<Pool> {
  const { endpoint, ...options } = typeof address === 'string' ? { endpoint: address } : address;
  return cancellable(await openPool(endpoint, { onWorker, ...options, signal }), signal);
}

/** Waits until a pool has attached this controller and told its workers. */
async function answered(pool: RemotePool, millis: number): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    const message = `no pool answers at ${pool.endpoint}; start it there with 'npx mu2net pool serve', or correct the address`;
    timer = setTimeout(() => reject(new Mu2NetError('POOL_AWAY', message)), millis);
  });
  try {
    await Promise.race([pool.until(() => pool.hasCrew), late]);
  } finally {
    clearTimeout(timer);
  }
}
