import type { RequestKind, RequestOf } from '../../../protocol/index.js';
import type { ExecuteOptions, Pool, Travel } from '../pool/pool.js';
import type { EmitEvent } from './events.js';

/** Returns the pool, which also tells when data of tasks travel to workers. */
export function tellingTravel(pool: Pool, emit: EmitEvent): Pool {
  const onTravel = ({ task, bytes, of }: Travel) =>
    emit({ type: 'sending', task, mebibytes: mebibytes(bytes), of: mebibytes(of) });
  return {
    execute: <K extends RequestKind>(request: RequestOf<K>, options: ExecuteOptions = {}) =>
      pool.execute(request, { onTravel, ...options }),
    workers: () => pool.workers(),
    close: () => pool.close(),
  };
}

const mebibytes = (bytes: number): number => Math.round((10 * bytes) / 2 ** 20) / 10;
