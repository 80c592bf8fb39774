import { cancellable, unlessAborted } from '../pool/cancellable.js';
import type { Pool } from '../pool/pool.js';
import { RemotePool, type RemotePoolOptions } from '../pool/remote-pool.js';
import { news } from '../pool/worker-news.js';
import { awayError } from './ask-pool.js';
import { findPool, type PoolKeys } from './find-pool.js';

/** How a standing pool is opened and used. */
export interface OpenPoolOptions extends RemotePoolOptions, PoolKeys {
  /** How long the pool may take to answer at first; 15 s by default. */
  readonly answerMillis?: number | undefined;
  /** Ends the wait for the pool and its workers, and only that. */
  readonly signal?: AbortSignal | undefined;
}

/** A standing pool to use: its address, or that and how to use it. */
export type PoolAddress = string | ({ readonly address: string } & RemotePoolOptions & PoolKeys);

/** A pool that goes away later is waited for without limit. */
const ANSWER_MILLIS = 15_000;

/**
 * Opens a standing pool, which `mu2net pool serve` runs and several controllers share. Waits until
 * it has a worker. Closing it cancels the requests of this process, and leaves the pool as it is.
 *
 * @param address the pool's folder, on its own machine; or `tcp://host:port`, where it listens for
 *   controllers, with its key and that of this controller in the options.
 * @throws Mu2NetError KEY_INVALID; POOL_AWAY when no pool answers there; PROTOCOL_VERSION when it is
 *   of another version; CANCELLED.
 *
 * @example
 * const shared = await openPool('pool');
 * const run = await grow(loadExperiment('tiny.yaml'), { name: 'shared', pool: shared });
 * await shared.close();
 */
export async function openPool(address: string, options: OpenPoolOptions = {}): Promise<Pool> {
  const { signal, answerMillis = ANSWER_MILLIS, onWorker } = options;
  const { endpoint, credentials } = findPool(address, options);
  const pool = new RemotePool(endpoint, credentials, options);
  try {
    await unlessAborted(answered(pool, answerMillis), signal, 'the connection to the pool');
    if (pool.workers().length === 0) {
      const how = `'npx mu2net sidecar --connect ${address}' adds one`;
      onWorker?.(news(null, 'waiting', `the pool has no free worker yet; ${how}`));
    }
    const staffed = pool.until(() => pool.workers().length > 0);
    await unlessAborted(staffed, signal, 'the wait for a worker');
  } catch (error) {
    await pool.close();
    throw error;
  }
  return pool;
}

/** Whether a pool is open, rather than an address to open. */
export function isPool(pool: Pool | PoolAddress): pool is Pool {
  return typeof pool === 'object' && 'execute' in pool;
}

/** Opens the pool of an address, with the signal added to every request. */
export async function openAddress(
  given: PoolAddress,
  { signal, onWorker }: Pick<OpenPoolOptions, 'signal' | 'onWorker'>,
): Promise<Pool> {
  const { address, ...options } = typeof given === 'string' ? { address: given } : given;
  return cancellable(await openPool(address, { onWorker, ...options, signal }), signal);
}

/** Waits until a pool has attached this controller and told its workers. */
async function answered(pool: RemotePool, millis: number): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(awayError(pool.endpoint)), millis);
  });
  try {
    await Promise.race([pool.until(() => pool.hasCrew), late]);
  } finally {
    clearTimeout(timer);
  }
}
