import type { PoolOptions } from '../sidecar/with-pool.js';
import { holdRunLock } from '../state/lock/with-run-lock.js';
import { readUnused } from '../state/read-unused.js';
import type { Ledger } from '../state/record/ledger.js';
import { allReachableDigests } from '../state/record/reach.js';
import type { Address } from '../state/runs.js';
import { type Shelf, withShelf } from './shelf.js';

/** A number of files in a store, and their size. */
export interface Garbage {
  readonly files: number;
  readonly bytes: number;
}

/** Contents of a run's store, grouped by whether a branch of the run can use them. */
export interface GarbageReport {
  /** Objects that the record names: weights that only dropped or replaced history reaches. */
  readonly unreferenced: Garbage;
  /** Objects that the record does not name: from children whose result never arrived. */
  readonly orphans: Garbage;
  /** Files of interrupted writes. */
  readonly temporary: Garbage;
  /** Objects that stay, because a branch can use them. */
  readonly kept: Garbage;
  /** Paths of entries that are not mu2net's; they are never deleted. */
  readonly strange: readonly string[];
  /** Whether everything but the kept objects was deleted. */
  readonly deleted: boolean;
}

/** Options of a garbage collection. */
export interface GarbageOptions extends PoolOptions {
  /** Whether the garbage is deleted; otherwise it is only counted. */
  readonly delete?: boolean | undefined;
}

/**
 * Finds the files of a run's store that no branch can use, and deletes them on request. Objects
 * that the living paths of any branch reach stay, and so do objects that measured children trained.
 *
 * @throws Mu2NetError RUN_UNKNOWN, RUN_LOCKED while the run is in use; RUN_READONLY, RUN_UNREADABLE,
 *   and the errors of a remote store.
 */
export async function collectGarbage(
  address: Address,
  { delete: deletes = false, ...options }: GarbageOptions = {},
): Promise<GarbageReport> {
  return (deletes ? holdRunLock : readUnused)(address, (ledger) =>
    withShelf(ledger.store(), options, (shelf) => collectFrom(shelf, ledger, deletes)),
  );
}

async function collectFrom(shelf: Shelf, ledger: Ledger, deletes: boolean): Promise<GarbageReport> {
  const reached = allReachableDigests(ledger);
  const recorded = new Set(ledger.storedDigests());
  const { files, strange } = await shelf.content();
  const temporary = files.filter(({ digest }) => digest === null);
  const kept = files.filter(({ digest }) => digest !== null && reached.has(digest));
  const rest = files.filter(({ digest }) => digest !== null && !reached.has(digest));
  const unreferenced = rest.filter(({ digest }) => digest !== null && recorded.has(digest));
  const orphans = rest.filter(({ digest }) => digest !== null && !recorded.has(digest));
  if (deletes) {
    // The record is changed first: a kill then leaves orphans, which the next collection finds.
    ledger.removeStored([...recorded].filter((digest) => !reached.has(digest)));
    await shelf.remove([...rest, ...temporary]);
  }
  return {
    unreferenced: sizeOf(unreferenced),
    orphans: sizeOf(orphans),
    temporary: sizeOf(temporary),
    kept: sizeOf(kept),
    strange,
    deleted: deletes,
  };
}

function sizeOf(files: readonly { readonly bytes: number }[]): Garbage {
  return { files: files.length, bytes: files.reduce((sum, { bytes }) => sum + bytes, 0) };
}
