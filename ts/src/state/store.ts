import { type Dirent, existsSync, lstatSync, readdirSync, rmSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { Digest } from '../domain/component.js';
import { onFile } from './record/record-error.js';

/** A file in a component store. */
export interface StoredFile {
  /** Digest of the object; null for a temporary file of an interrupted write. */
  readonly digest: Digest | null;
  readonly file: string;
  readonly bytes: number;
}

/** The content of a component store in a local folder. */
export interface StoreContent {
  /** Objects (`ab/abcdef….safetensors`) and temporary files of interrupted writes. */
  readonly files: readonly StoredFile[];
  /** Paths of everything else: nothing of mu2net, so it is left alone. */
  readonly strange: readonly string[];
}

/**
 * Lists a component store.
 * @throws Mu2NetError RUN_UNREADABLE when a folder of it cannot be read.
 */
export function readStore(store: string): StoreContent {
  if (!existsSync(store)) return { files: [], strange: [] };
  const files: StoredFile[] = [];
  const strange: string[] = [];
  const sort = (folder: string, entry: Dirent, digest: Digest | null | undefined) => {
    const file = join(folder, entry.name);
    const found = lstatSync(file, { throwIfNoEntry: false });
    if (digest === undefined || !entry.isFile()) strange.push(file);
    else if (found) files.push({ digest, file, bytes: found.size });
  };
  for (const entry of entriesOf(store)) {
    const isFolder = entry.isDirectory() && /^[0-9a-f]{2}$/.test(entry.name);
    if (!isFolder) sort(store, entry, /^[0-9a-f]{32}\.tmp$/.test(entry.name) ? null : undefined);
    const folder = join(store, entry.name);
    for (const object of isFolder ? entriesOf(folder) : []) {
      sort(folder, object, digestOf(object.name, folder));
    }
  }
  return { files, strange };
}

/** Sorts the files of a remote store, given by their paths below its root. */
export function sortFiles(
  files: readonly { readonly name: string; readonly bytes: number }[],
): StoreContent {
  const sorted = files.map(({ name, bytes }) => {
    const [folder = '', file = '', ...deeper] = name.split('/');
    const isShard = deeper.length === 0 && /^[0-9a-f]{2}$/.test(folder);
    return { digest: isShard ? digestOf(file, folder) : undefined, file: name, bytes };
  });
  return {
    files: sorted.flatMap(({ digest, ...rest }) => (digest ? [{ digest, ...rest }] : [])),
    strange: sorted.flatMap(({ digest, file }) => (digest ? [] : [file])),
  };
}

function entriesOf(folder: string): readonly Dirent[] {
  return onFile(folder, () => readdirSync(folder, { withFileTypes: true }));
}

/** Returns the digest of the object with a name; undefined when it cannot be one. */
function digestOf(name: string, folder: string): Digest | undefined {
  const [, digest] = /^([0-9a-f]{64})\.safetensors$/.exec(name) ?? [];
  return digest?.startsWith(basename(folder)) ? digest : undefined;
}

/**
 * Deletes files of a store; missing files are ignored.
 * @throws Mu2NetError RUN_UNREADABLE, RUN_READONLY
 */
export function deleteFiles(files: readonly StoredFile[]): void {
  for (const { file } of files) onFile(file, () => rmSync(file, { force: true }));
}
