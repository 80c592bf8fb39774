import type { Digest } from '../domain/component.js';
import type { System } from '../domain/system.js';
import { collectRequest } from '../requests/store.js';
import { digestsOf, reachableDigests } from '../state/reach.js';
import type { RunContext } from './context.js';

/**
 * Deletes the stored objects that no living path of any branch reaches (method §2.3). The rows that
 * named them stay: history is kept, weights that nothing can use are not.
 */
export async function collect(
  system: System,
  { ledger, pool, store, signal }: RunContext,
): Promise<void> {
  const garbage = new Set<Digest>(ledger.storedDigests());
  const spare = (reached: Iterable<Digest>) => {
    for (const digest of reached) garbage.delete(digest);
  };
  spare(digestsOf(system.components.values()));
  if (garbage.size === 0) return;
  for (const other of ledger.otherBranches()) spare(reachableDigests(other));
  if (garbage.size === 0) return;
  await pool.execute(collectRequest(store, garbage), { ...(signal && { signal }) });
  ledger.removeStored(garbage);
}
