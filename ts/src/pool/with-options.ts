import type { RequestKind, RequestOf } from '../../../protocol/index.js';
import type { ExecuteOptions, Pool } from './pool.js';

/** Returns the pool, with options added to every request. */
export function withOptions(pool: Pool, add: (options: ExecuteOptions) => ExecuteOptions): Pool {
  return {
    execute: <K extends RequestKind>(request: RequestOf<K>, options: ExecuteOptions = {}) =>
      pool.execute(request, add(options)),
    workers: () => pool.workers(),
    close: () => pool.close(),
  };
}
