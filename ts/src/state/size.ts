import { lstatSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { storeOf } from './directory.js';
import { onFile } from './record/record-error.js';

/** Sizes of a run directory, in bytes. */
export interface RunSize {
  /** The stored components; those in a store elsewhere do not count. */
  readonly store: number;
  /** Everything else: the record, and the logs of workers. */
  readonly rest: number;
  /** The sum of both. */
  readonly total: number;
}

/**
 * Measures a run directory. Files that vanish meanwhile do not count.
 * @throws Mu2NetError RUN_UNREADABLE when a folder of it cannot be read.
 */
export function sizeOfRun(directory: string): RunSize {
  const store = bytesIn(storeOf(directory));
  const total = bytesIn(directory);
  return { store, rest: Math.max(0, total - store), total };
}

function bytesIn(path: string): number {
  const entry = lstatSync(path, { throwIfNoEntry: false });
  if (!entry?.isDirectory()) return entry?.size ?? 0;
  const names = onFile(path, () => readdirSync(path));
  return names.reduce((sum, name) => sum + bytesIn(join(path, name)), 0);
}
