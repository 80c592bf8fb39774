import type { Pool, Travel } from '../../pool/pool.js';
import { withOptions } from '../../pool/with-options.js';
import type { EmitEvent } from './events.js';

/** Returns the pool, which also tells when data of tasks travel to workers. */
export function tellingTravel(pool: Pool, emit: EmitEvent): Pool {
  const onTravel = ({ task, bytes, of }: Travel) =>
    emit({ type: 'sending', task, mebibytes: mebibytes(bytes), of: mebibytes(of) });
  return withOptions(pool, (options) => ({ onTravel, ...options }));
}

const mebibytes = (bytes: number): number => Math.round((10 * bytes) / 2 ** 20) / 10;
