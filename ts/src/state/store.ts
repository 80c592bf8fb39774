import { existsSync, readdirSync, rmSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { Digest } from '../domain/component.js';

/** A file in a component store. */
export interface StoredFile {
  /** Digest of the object; null for a temporary file of an interrupted write. */
  readonly digest: Digest | null;
  readonly file: string;
  readonly bytes: number;
}

/**
 * Lists the files of a component store in a local folder: objects (`ab/abcdef….safetensors`) and
 * temporary files of interrupted writes. Other files do not belong to the store.
 */
export function storedFiles(store: string): readonly StoredFile[] {
  if (!existsSync(store)) return [];
  return readdirSync(store, { withFileTypes: true }).flatMap((entry): readonly StoredFile[] => {
    const path = join(store, entry.name);
    if (entry.isDirectory()) return /^[0-9a-f]{2}$/.test(entry.name) ? objectsIn(path) : [];
    return /^[0-9a-f]{32}\.tmp$/.test(entry.name) ? [fileAt(path, null)] : [];
  });
}

function objectsIn(folder: string): readonly StoredFile[] {
  return readdirSync(folder).flatMap((name) => {
    const [, digest] = /^([0-9a-f]{64})\.safetensors$/.exec(name) ?? [];
    return digest?.startsWith(basename(folder)) ? [fileAt(join(folder, name), digest)] : [];
  });
}

function fileAt(file: string, digest: Digest | null): StoredFile {
  return { digest, file, bytes: statSync(file).size };
}

/** Deletes files of a store; missing files are ignored. */
export function deleteFiles(files: readonly StoredFile[]): void {
  for (const { file } of files) rmSync(file, { force: true });
}
