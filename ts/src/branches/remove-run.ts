import { rmSync } from 'node:fs';
import { Mu2NetError } from '../domain/errors.js';
import type { PoolOptions } from '../sidecar/with-pool.js';
import { isRun, recordFileOf, storeOf } from '../state/directory.js';
import { lockRun } from '../state/lock/lock.js';
import { readRun } from '../state/record/ledger.js';
import { onFile } from '../state/record/record-error.js';
import { MAIN } from '../state/record/records.js';
import { type RunSize, sizeOfRun } from '../state/size.js';
import { withShelf } from './shelf.js';

/** The workers that empty a store at a URL. */
export type RemoveOptions = PoolOptions;

/**
 * Removes a run for good: its record, its components and its logs.
 *
 * @returns what it took on the disk.
 * @throws Mu2NetError RUN_LOCKED while a process uses the run, the errors of a file, and those of a
 *   remote store, which is emptied first.
 */
export async function removeRun(directory: string, options: RemoveOptions = {}): Promise<RunSize> {
  const lock = lockRun(directory);
  try {
    const size = sizeOfRun(directory);
    await emptyStore(directory, options);
    // Without a record it is not a run any more, even if the rest is interrupted.
    for (const end of ['', '-wal', '-shm']) remove(recordFileOf(directory) + end);
    remove(storeOf(directory));
    return size;
  } finally {
    lock.release();
    // Only now, because Windows keeps a file that is open.
    if (!isRun(directory)) remove(directory);
  }
}

/** Deletes the objects of a store that is not in the run directory. */
async function emptyStore(directory: string, options: PoolOptions): Promise<void> {
  const store = storeElsewhere(directory);
  if (store === null) return;
  try {
    await withShelf(store, options, async (shelf) => shelf.remove((await shelf.content()).files));
  } catch (error) {
    // With its bucket, the objects are gone.
    if (!(error instanceof Mu2NetError) || error.code !== 'STORE_UNKNOWN') throw error;
  }
}

/** Returns the store that the record names; null without one, or if the record cannot be read. */
export function storeElsewhere(directory: string): string | null {
  if (!isRun(directory)) return null;
  try {
    const store = readRun({ directory, branch: MAIN }, (ledger) => ledger.store());
    return store === storeOf(directory) ? null : store;
  } catch (error) {
    if (error instanceof Mu2NetError) return null;
    throw error;
  }
}

function remove(path: string): void {
  onFile(path, () => rmSync(path, { recursive: true, force: true }));
}
