import { Mu2NetError } from '../../domain/errors.js';
import { askPool } from '../../standing/ask-pool.js';
import type { PoolDocument } from '../documents/pool.js';

/** The standing pool that a studio shows. */
export interface ShownPool {
  /** Its folder or address. */
  readonly address: string;
  /** Public key of the pool; `MU2NET_POOL_KEY` by default. */
  readonly poolKey?: string | undefined;
  /** File with the secret key of a controller; otherwise `MU2NET_CONTROLLER_KEY` is the key. */
  readonly keyFile?: string | undefined;
}

/** A page waits for an answer; a pool that is there answers at once. */
const ANSWER_MILLIS = 3000;

/** Asks the standing pool for its state. A pool that does not answer is a state, too. */
export async function poolDocumentOf(shown: ShownPool | undefined): Promise<PoolDocument> {
  if (!shown) return { kind: 'none' };
  const { address: pool, ...keys } = shown;
  try {
    const answerMillis = ANSWER_MILLIS;
    const { type: _, ...survey } = await askPool(
      pool,
      { type: 'survey' },
      { ...keys, answerMillis },
    );
    return { kind: 'pool', pool, survey };
  } catch (error) {
    if (!(error instanceof Mu2NetError)) throw error;
    return { kind: 'away', pool, code: error.code, message: error.message };
  }
}
