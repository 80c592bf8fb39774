import { closeSync, openSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { Mu2NetError } from '../domain/errors.js';
import { type AllowedKey, formatAllowList, parseAllowList } from './allow-list.js';

/** Reads the allow-list in a file; a missing file is an empty list. */
export function readAllowList(file: string): readonly AllowedKey[] {
  try {
    return parseAllowList(readFileSync(file, 'utf8'), file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}

/** Changes the allow-list in a file. A pool that reads it meanwhile sees the old list or the new one. */
export function changeAllowList(
  file: string,
  change: (keys: readonly AllowedKey[]) => readonly AllowedKey[],
): void {
  // The draft keeps others from changing the list at the same time.
  const draft = `${file}.draft`;
  const descriptor = openDraft(draft, file);
  try {
    writeFileSync(descriptor, formatAllowList(change(readAllowList(file))));
    renameSync(draft, file);
  } catch (error) {
    rmSync(draft, { force: true });
    throw error;
  } finally {
    closeSync(descriptor);
  }
}

function openDraft(draft: string, file: string): number {
  try {
    return openSync(draft, 'wx', 0o644);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    throw new Mu2NetError(
      'KEY_INVALID',
      `${file} is being changed by another command; if none runs, delete ${draft}`,
      { file, cause: error },
    );
  }
}
