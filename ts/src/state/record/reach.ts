import type { Component, Digest } from '../../domain/component.js';
import type { Ledger } from './ledger.js';
import { recallSystem } from './recall.js';

/** Returns the digests of the objects in which components are stored. */
export function digestsOf(
  components: Iterable<Pick<Component, 'paramsDigest' | 'traceDigest'>>,
): ReadonlySet<Digest> {
  const digests = new Set<Digest>();
  for (const { paramsDigest, traceDigest } of components) {
    digests.add(paramsDigest);
    if (traceDigest !== null) digests.add(traceDigest);
  }
  return digests;
}

/**
 * Returns the digests of all objects that a branch can still use: the components of its living
 * paths, and those of measured children whose generation is not recorded yet. Equal components of
 * several branches share one object.
 */
export function reachableDigests(ledger: Ledger): ReadonlySet<Digest> {
  const pending = ledger.pendingMeasurements().flatMap(({ components }) => components ?? []);
  return digestsOf([...recallSystem(ledger).components.values(), ...pending]);
}

/** Returns the digests of all objects that any branch of a run can still use. */
export function allReachableDigests(ledger: Ledger): ReadonlySet<Digest> {
  const reached = new Set(reachableDigests(ledger));
  for (const other of ledger.otherBranches())
    for (const digest of reachableDigests(other)) reached.add(digest);
  return reached;
}

/** Says whether the store has objects that no branch of the run can use any more. */
export function hasGarbage(ledger: Ledger): boolean {
  const reached = allReachableDigests(ledger);
  return ledger.storedDigests().some((digest) => !reached.has(digest));
}
