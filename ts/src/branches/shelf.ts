import { collectRequest, listRequest } from '../requests/store.js';
import type { PoolOptions } from '../sidecar/with-pool.js';
import { withPool } from '../sidecar/with-pool.js';
import {
  deleteFiles,
  readStore,
  type StoreContent,
  type StoredFile,
  sortFiles,
} from '../state/store.js';
import { isRemoteStore } from '../state/store-url.js';

/** The files of a component store, wherever it is. */
export interface Shelf {
  content(): Promise<StoreContent>;
  remove(files: readonly StoredFile[]): Promise<void>;
}

/**
 * Opens the files of a store. A folder is read here; at a URL a sidecar does it, because only
 * sidecars have its client and credentials.
 *
 * @throws Mu2NetError STORE_UNKNOWN, STORE_DENIED, STORE_UNREACHABLE, STORE_UNSUPPORTED;
 *   RUN_UNREADABLE for a folder.
 */
export async function withShelf<T>(
  store: string,
  options: PoolOptions,
  work: (shelf: Shelf) => Promise<T>,
): Promise<T> {
  if (!isRemoteStore(store)) {
    return work({
      content: async () => readStore(store),
      remove: async (files) => deleteFiles(files),
    });
  }
  return withPool(options, (pool) =>
    work({
      async content() {
        const { files } = await pool.execute(listRequest(store));
        return sortFiles(files.map(({ name, bytes }) => ({ name, bytes: Number(bytes) })));
      },
      async remove(files) {
        const digests = files.flatMap(({ digest }) => digest ?? []);
        if (digests.length > 0) await pool.execute(collectRequest(store, digests));
      },
    }),
  );
}
