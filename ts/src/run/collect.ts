import type { Component, Digest } from '../domain/component.js';
import type { System } from '../domain/system.js';
import type { Surroundings } from './grow.js';

function* digestsOf(components: Iterable<Component>): Generator<Digest> {
  for (const { params, trace } of components) {
    yield params;
    if (trace !== null) yield trace;
  }
}

/**
 * Deletes the stored objects that no living path reaches (method §2.3). The rows that named them
 * stay: history is kept, weights that nothing can use are not.
 */
export async function collect(
  system: System,
  { ledger, pool, store, signal }: Surroundings,
): Promise<void> {
  const reached = new Set(digestsOf(system.components.values()));
  const collected = ledger.collected();
  const garbage = new Set(digestsOf(ledger.components()));
  for (const digest of garbage) {
    if (reached.has(digest) || collected.has(digest)) garbage.delete(digest);
  }
  if (garbage.size === 0) return;
  await pool.execute(
    { kind: 'collect', store, digests: [...garbage] },
    { ...(signal && { signal }) },
  );
  ledger.addCollected(garbage);
}
