import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { cancellable } from '../pool/cancellable.js';
import type { Pool } from '../pool/pool.js';
import { isPool, openAddress, type PoolAddress } from '../standing/open-pool.js';
import { openLocalPool } from './local.js';

/** Where work on models is executed. */
export interface PoolOptions {
  /**
   * Where to execute instead of on a sidecar of this machine: an open pool, which the caller closes,
   * or the address of a standing pool.
   */
  readonly pool?: Pool | PoolAddress | undefined;
  /** Cancels the work. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * Executes with the pool of the options, or with a sidecar that lives as long as the work. The signal
 * cancels the start of the sidecar, the wait for the pool, and every request.
 */
export async function withPool<T>(
  { pool: given, signal }: PoolOptions,
  work: (pool: Pool) => Promise<T>,
): Promise<T> {
  if (given && isPool(given)) return work(cancellable(given, signal));
  if (given) {
    const pool = await openAddress(given, { signal });
    return work(pool).finally(() => pool.close());
  }
  const logDirectory = mkdtempSync(join(tmpdir(), 'mu2net-'));
  try {
    const pool = await openLocalPool({ logDirectory, signal });
    try {
      return await work(cancellable(pool, signal));
    } finally {
      await pool.close();
    }
  } finally {
    rmSync(logDirectory, { recursive: true, force: true });
  }
}
