import type { Speeds } from '../../pool/leases/speeds.js';
import type { Pool } from '../../pool/pool.js';
import type { Ledger } from '../../state/record/ledger.js';
import type { GenerationCommit } from '../../state/record/records.js';
import type { Tracing } from '../../tracing/tracing.js';
import type { EmitEvent } from '../events/events.js';

/** Everything that a run uses besides the evolution. */
export interface RunContext {
  readonly ledger: Ledger;
  /** Stopping its requests stops the run at the next training step; recorded measurements stay. */
  readonly pool: Pool;
  /** Component store: a folder or fsspec URL. */
  readonly store: string;
  /** Learns how fast the workers train. */
  readonly speeds: Speeds;
  readonly emit: EmitEvent;
  readonly clock: () => Date;
  /** Called with each generation after it is recorded. */
  readonly onRecorded?: (commit: GenerationCommit) => void;
  /** Records spans of the run; by default nobody does. */
  readonly traced?: { readonly tracing: Tracing; readonly run: string };
}
