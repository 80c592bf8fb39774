import type { Digest } from '../../domain/component.js';
import type { System } from '../../domain/system.js';
import { collectRequest } from '../../requests/store.js';
import { digestsOf, reachableDigests } from '../../state/record/reach.js';
import type { RunContext } from './context.js';

/**
 * Deletes the stored objects that no branch can use any more (method §2.3). Their rows stay in the
 * record, because the history is kept.
 */
export async function collect(
  system: System,
  { ledger, pool, store, emit }: RunContext,
): Promise<void> {
  const garbage = new Set<Digest>(ledger.storedDigests());
  const keep = (digests: Iterable<Digest>) => {
    for (const digest of digests) garbage.delete(digest);
  };
  keep(digestsOf(system.components.values()));
  if (garbage.size === 0) return;
  for (const other of ledger.otherBranches()) keep(reachableDigests(other));
  if (garbage.size === 0) return;
  emit({ type: 'phase', phase: 'collecting', task: null });
  await pool.execute(collectRequest(store, garbage));
  ledger.removeStored(garbage);
}
