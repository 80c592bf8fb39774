import { resolve } from 'node:path';
import { tfdsDirectory } from '../../catalogue/index.js';
import type { DataSource } from '../../domain/task.js';
import type { SourceConfig } from '../schema/source.js';

/** Makes the paths of a configured source absolute; they are relative to a folder. */
export function resolveSource(source: SourceConfig, folder: string): DataSource {
  switch (source.kind) {
    case 'digits':
      return source;
    case 'idx': {
      const files = Object.entries(source.files).map(([split, { images, labels }]) => [
        split,
        { images: resolve(folder, images), labels: resolve(folder, labels) },
      ]);
      return { kind: 'idx', files: Object.fromEntries(files) };
    }
    case 'tfds':
      return {
        ...source,
        directory: source.directory === null ? tfdsDirectory() : resolve(folder, source.directory),
      };
    default:
      return { ...source, path: resolve(folder, source.path) };
  }
}
