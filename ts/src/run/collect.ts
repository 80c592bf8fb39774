import type { Digest } from '../domain/component.js';
import type { System } from '../domain/system.js';
import type { Surroundings } from './surroundings.js';

/**
 * Deletes the stored objects that no living path reaches (method §2.3). The rows that named them
 * stay: history is kept, weights that nothing can use are not.
 */
export async function collect(
  system: System,
  { ledger, pool, store, signal }: Surroundings,
): Promise<void> {
  const garbage = new Set<Digest>(ledger.stored());
  for (const { params, trace } of system.components.values()) {
    garbage.delete(params);
    if (trace !== null) garbage.delete(trace);
  }
  if (garbage.size === 0) return;
  await pool.execute(
    { kind: 'collect', store, digests: [...garbage] },
    { ...(signal && { signal }) },
  );
  ledger.removeStored(garbage);
}
