import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Mu2NetError } from '../domain/errors.js';
import type { Pool } from '../pool/pool.js';
import { openLocalPool } from './local.js';

/** Where work on models is executed. */
export interface PoolOptions {
  /** Where to execute instead of on a sidecar of this machine; the caller closes it. */
  readonly pool?: Pool | undefined;
  /** Cancels the work. */
  readonly signal?: AbortSignal | undefined;
}

/** Executes with the pool of the options, or with a sidecar that lives as long as the work. */
export async function withPool<T>(
  { pool: given, signal }: PoolOptions,
  work: (pool: Pool) => Promise<T>,
): Promise<T> {
  if (given) return work(given);
  const logDirectory = mkdtempSync(join(tmpdir(), 'mu2net-'));
  const pool = await openLocalPool({ logDirectory });
  try {
    if (signal?.aborted) throw new Mu2NetError('CANCELLED', 'stopped before it began');
    return await work(pool);
  } finally {
    await pool.close();
    rmSync(logDirectory, { recursive: true, force: true });
  }
}
