import { statSync } from 'node:fs';
import { growthFileOf, holderFileOf, lockFileOf, recordFileOf } from '../../state/directory.js';

/** A text that changes when the record of a run changes. Costs two looks at files. */
export function recordStampOf(directory: string): string {
  const record = recordFileOf(directory);
  return [record, `${record}-wal`].map(stampOf).join();
}

/** A text that changes when anything changes of which a summary of a run tells. */
export function runStampOf(directory: string): string {
  const files = [growthFileOf, holderFileOf, lockFileOf].map((fileOf) => fileOf(directory));
  return [recordStampOf(directory), ...files.map(stampOf)].join();
}

function stampOf(file: string): string {
  const { size, mtimeMs, ino } = statSync(file, { throwIfNoEntry: false }) ?? {};
  // A reader of a record leaves an empty log behind, or takes it away.
  return size === undefined || size === 0 ? '' : `${ino}-${size}-${mtimeMs}`;
}
