import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { preparedSplits } from '../catalogue/index.js';
import { Mu2NetError } from '../domain/errors.js';
import type { DataSource } from '../domain/task.js';
import { archiveNames } from './zip.js';

/**
 * Base splits of a source, as the sidecar names them. They are told from names alone: nothing is
 * decoded, and data that is damaged otherwise is for the sidecar to judge.
 *
 * @throws Mu2NetError DATA_MISSING when there is none; Error when what has their names cannot be read
 */
export function baseSplitsOf(source: DataSource): readonly string[] {
  switch (source.kind) {
    case 'digits':
      return ['all'];
    case 'idx':
      return Object.keys(source.files);
    case 'folder':
      return folderSplits(source.path);
    case 'npz':
      return npzSplits(source.path);
    case 'webdataset':
      return namedBy(shardSplit, source.path, '.tar', false);
    case 'parquet':
      return namedBy(parquetSplit, source.path, '.parquet', true);
    case 'huggingface':
      return savedSplits(source.path);
    case 'tfds':
      return [
        ...preparedSplits(source.directory, source),
        ...source.others.flatMap((other) =>
          preparedSplits(source.directory, other).map((split) => `${other.name}:${split}`),
        ),
      ];
  }
}

const none = (message: string) => new Mu2NetError('DATA_MISSING', message);

const SPLIT_FOLDERS = ['train', 'validation', 'val', 'test'];

const visibleFolders = (path: string) =>
  readdirSync(path, { withFileTypes: true })
    .filter(
      (entry) => !entry.name.startsWith('.') && (entry.isDirectory() || entry.isSymbolicLink()),
    )
    .map(({ name }) => name);

/** The split folders, which hold class folders; `all` where there are none. */
function folderSplits(path: string): readonly string[] {
  const found = visibleFolders(path).filter(
    (name) => SPLIT_FOLDERS.includes(name) && visibleFolders(join(path, name)).length > 0,
  );
  return found.length > 0 ? found : ['all'];
}

function npzSplits(path: string): readonly string[] {
  const arrays = archiveNames(path).map((name) => name.replace(/\.npy$/, ''));
  const splits = arrays.filter((name) => name.startsWith('x_')).map((name) => name.slice(2));
  const found = arrays.includes('images') ? [...splits, 'all'] : splits;
  if (found.length > 0) return found;
  const there = arrays.join(', ') || '(none)';
  throw none(
    `${path} has the arrays ${there}; name them x_<split> and y_<split>, or images and labels`,
  );
}

/** What `splitOf` makes of the files of an extension in a folder; `all` where the path is a file. */
function namedBy(
  splitOf: (file: string) => string,
  path: string,
  extension: string,
  recursive: boolean,
): readonly string[] {
  if (!statSync(path).isDirectory()) return ['all'];
  const files = readdirSync(path, { recursive, encoding: 'utf8' })
    .filter((name) => name.endsWith(extension))
    .map((name) => splitOf(join(path, name)));
  if (files.length > 0) return [...new Set(files.sort())];
  throw none(`${path} has no file <split>-00000${extension}; correct its path`);
}

const shardSplit = (file: string) => basename(file, '.tar').replace(/[-_.]?\d+$/, '') || 'all';

const parquetSplit = (file: string) =>
  basename(file, '.parquet').replace(/(-\d+-of-\d+|[-_.]?\d+)$/, '') || basename(dirname(file));

function savedSplits(path: string): readonly string[] {
  const file = join(path, 'dataset_dict.json');
  if (!existsSync(file)) return ['all'];
  return (JSON.parse(readFileSync(file, 'utf8')) as { splits: readonly string[] }).splits;
}
