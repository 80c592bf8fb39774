import { rmSync } from 'node:fs';
import { isRun, recordFileOf, storeOf } from '../state/directory.js';
import { lockRun } from '../state/lock.js';
import { onFile } from '../state/record-error.js';
import { type RunSize, sizeOfRun } from '../state/size.js';

/**
 * Removes a run for good: its record, its components and its logs.
 *
 * @returns what it took on the disk.
 * @throws Mu2NetError RUN_LOCKED while a process uses the run, and the errors of a file.
 */
export function removeRun(directory: string): RunSize {
  const lock = lockRun(directory);
  try {
    const size = sizeOfRun(directory);
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

function remove(path: string): void {
  onFile(path, () => rmSync(path, { recursive: true, force: true }));
}
