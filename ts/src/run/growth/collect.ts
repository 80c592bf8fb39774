import type { Digest } from '../../domain/component.js';
import type { System } from '../../domain/system.js';
import { collectRequest } from '../../requests/store.js';
import { reachableDigests } from '../../state/record/reach.js';
import type { RunContext } from './context.js';

/**
 * Deletes those of the stored objects that no branch can use any more (method §2.3). Their rows stay
 * in the record, because the history is kept.
 */
export async function collect(
  stored: Iterable<Digest>,
  system: System,
  { ledger, pool, store, emit }: RunContext,
): Promise<void> {
  const garbage = new Set(stored);
  for (const { paramsDigest, traceDigest } of system.components.values()) {
    garbage.delete(paramsDigest);
    if (traceDigest !== null) garbage.delete(traceDigest);
  }
  if (garbage.size === 0) return;
  for (const other of ledger.otherBranches()) {
    for (const digest of reachableDigests(other)) garbage.delete(digest);
  }
  if (garbage.size === 0) return;
  emit({ type: 'phase', phase: 'collecting', task: null });
  await pool.execute(collectRequest(store, garbage));
  ledger.removeStored(garbage);
}
