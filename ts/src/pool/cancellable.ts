import { cancelledError } from './errors.js';
import type { Pool } from './pool.js';
import { withOptions } from './with-options.js';

/** Returns the pool with `signal` added to every request, so that no request outlives it. */
export function cancellable(pool: Pool, signal: AbortSignal | undefined): Pool {
  if (!signal) return pool;
  return withOptions(pool, (options) => {
    const signals = options.signal ? AbortSignal.any([signal, options.signal]) : signal;
    return { ...options, signal: signals };
  });
}

/**
 * Waits for work that cannot be cancelled, at most until `signal` aborts.
 * @param what names the work in the error.
 * @throws Mu2NetError CANCELLED
 */
export async function unlessAborted<T>(
  work: Promise<T>,
  signal: AbortSignal | undefined,
  what: string,
): Promise<T> {
  if (!signal) return work;
  let abort = () => {};
  const aborted = new Promise<never>((_, reject) => {
    abort = () => reject(cancelledError(what));
  });
  // Whichever comes second has nobody who listens.
  work.catch(() => {});
  aborted.catch(() => {});
  signal.addEventListener('abort', abort);
  if (signal.aborted) abort();
  try {
    return await Promise.race([aborted, work]);
  } finally {
    signal.removeEventListener('abort', abort);
  }
}
