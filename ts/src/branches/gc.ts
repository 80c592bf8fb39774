import { storeOf } from '../state/directory.js';
import { withRunLock } from '../state/locked.js';
import { reachOfAll } from '../state/reach.js';
import { deleteFiles, storedFiles } from '../state/store.js';

/** Files of a store that nothing needs. */
export interface Garbage {
  readonly files: number;
  readonly bytes: number;
}

/** What a store holds that no branch of its run can use. */
export interface GarbageReport {
  /** Objects that the record names: weights that only dropped or replaced history reaches. */
  readonly unreferenced: Garbage;
  /** Objects that the record does not name: trained by children whose measurement never arrived. */
  readonly orphans: Garbage;
  /** What interrupted writes left behind. */
  readonly temporary: Garbage;
  /** Objects that stay, for a branch can use them. */
  readonly kept: Garbage;
  /** Whether all but what is kept was deleted. */
  readonly deleted: boolean;
}

/**
 * Finds what a run's store holds and no branch can use; deletes it on request. What a branch's living
 * paths reach stays, and what its measured children trained.
 *
 * @param address the run; a branch of it makes no difference.
 * @throws Mu2NetError RUN_UNKNOWN, RUN_LOCKED while the run is in use.
 */
export function gc(
  address: string,
  { delete: deletes = false }: { readonly delete?: boolean | undefined } = {},
): GarbageReport {
  return withRunLock(address, (ledger) => {
    const reached = reachOfAll(ledger);
    const recorded = new Set(ledger.stored());
    const files = storedFiles(storeOf(ledger.directory));
    const temporary = files.filter(({ digest }) => digest === null);
    const kept = files.filter(({ digest }) => digest !== null && reached.has(digest));
    const rest = files.filter(({ digest }) => digest !== null && !reached.has(digest));
    const unreferenced = rest.filter(({ digest }) => digest !== null && recorded.has(digest));
    const orphans = rest.filter(({ digest }) => digest !== null && !recorded.has(digest));
    if (deletes) {
      // First the record: what is then left by a kill are orphans, which the next collection finds.
      ledger.removeStored([...recorded].filter((digest) => !reached.has(digest)));
      deleteFiles([...rest, ...temporary]);
    }
    return {
      unreferenced: sizeOf(unreferenced),
      orphans: sizeOf(orphans),
      temporary: sizeOf(temporary),
      kept: sizeOf(kept),
      deleted: deletes,
    };
  });
}

function sizeOf(files: readonly { readonly bytes: number }[]): Garbage {
  return { files: files.length, bytes: files.reduce((sum, { bytes }) => sum + bytes, 0) };
}
