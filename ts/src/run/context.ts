import type { Pool } from '../pool/pool.js';
import type { Ledger } from '../state/ledger.js';
import type { RunEvent } from './events.js';

/** What a run needs of the world around it. */
export interface Surroundings {
  readonly ledger: Ledger;
  readonly pool: Pool;
  /** Component store: a folder or fsspec URL. */
  readonly store: string;
  readonly onEvent: (event: RunEvent) => void;
  /** Stops the run at the next training step; what is acknowledged stays. */
  readonly signal?: AbortSignal | undefined;
  readonly clock: () => Date;
}
