import type { PoolMessageOf } from '../../../../protocol/index.js';

/**
 * `/api/pool`: the standing pool that the studio was told of with `--pool`: its workers, who uses it
 * and what waits. A page that reads it again and again has rates from the differences of `usage`.
 */
export type PoolDocument =
  | { readonly kind: 'none' }
  | {
      readonly kind: 'away';
      readonly pool: string;
      readonly code: string;
      readonly message: string;
    }
  | {
      readonly kind: 'pool';
      /** The address or folder of the pool. */
      readonly pool: string;
      readonly survey: Omit<PoolMessageOf<'surveyed'>, 'type'>;
    };
