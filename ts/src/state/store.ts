import { existsSync, readdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Digest } from '../domain/component.js';

/** A file in a component store. */
export interface StoredFile {
  /** The object that it is; null for what an interrupted write left behind. */
  readonly digest: Digest | null;
  readonly file: string;
  readonly bytes: number;
}

/**
 * The files of a component store in a local folder: objects, `ab/abcdef….safetensors`, and the
 * temporary files of writes that were interrupted. Whatever else lies there is none of ours.
 */
export function storedFiles(store: string): readonly StoredFile[] {
  if (!existsSync(store)) return [];
  return readdirSync(store, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && /^[0-9a-f]{2}$/.test(entry.name))
    .flatMap(({ name: folder }) =>
      readdirSync(join(store, folder)).flatMap((name): StoredFile[] => {
        const [, digest, temporary] =
          /^([0-9a-f]{64})\.safetensors(\..+\.tmp|\.tmp)?$/.exec(name) ?? [];
        if (digest === undefined || !digest.startsWith(folder)) return [];
        const file = join(store, folder, name);
        return [
          { digest: temporary === undefined ? digest : null, file, bytes: statSync(file).size },
        ];
      }),
    );
}

/** Deletes files of a store; one that is gone already is no error. */
export function deleteFiles(files: readonly StoredFile[]): void {
  for (const { file } of files) rmSync(file, { force: true });
}
