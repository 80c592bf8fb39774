import type { Component, Digest } from '../domain/component.js';
import type { Ledger } from './ledger.js';
import { recallSystem } from './recall.js';
import type { MeasurementRecord } from './records.js';

/** Digests of the objects in which components are stored. */
export function digestsOf(
  components: Iterable<Pick<Component, 'params' | 'trace'>>,
): ReadonlySet<Digest> {
  const digests = new Set<Digest>();
  for (const { params, trace } of components) {
    digests.add(params);
    if (trace !== null) digests.add(trace);
  }
  return digests;
}

/**
 * Digests of what a branch can still use: the components of its living paths, and what those children
 * trained that are measured and whose generation is not committed yet. Objects are shared by content,
 * so another branch may have come by the same ones, and let go of them.
 */
export function reachableDigests(ledger: Ledger): ReadonlySet<Digest> {
  const pending = ledger
    .pendingMeasurements<MeasurementRecord>()
    .flatMap((each) => (each.kind === 'trained' ? (each.components ?? []) : []));
  return digestsOf([...recallSystem(ledger).components.values(), ...pending]);
}

/** Digests of what any branch of a run can still use. */
export function allReachableDigests(ledger: Ledger): ReadonlySet<Digest> {
  const reached = new Set(reachableDigests(ledger));
  for (const other of ledger.otherBranches()) for (const digest of reachableDigests(other)) reached.add(digest);
  return reached;
}
