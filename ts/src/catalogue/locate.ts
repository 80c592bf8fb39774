import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { homedir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import type { DataSource } from '../domain/task.js';
import type { CatalogueTask, Place } from './task.js';

const require = createRequire(import.meta.url);

/** Absolute folder of a place; undefined when the package is not installed. */
function folderOf(place: Place): string | undefined {
  if (place.kind === 'folder') return place.path;
  try {
    return join(dirname(require.resolve(`${place.name}/package.json`)), place.folder);
  } catch {
    return undefined;
  }
}

const variants = (file: string) => [file, `${file}.gz`];
const exists = (file: string) => variants(file).some((variant) => existsSync(variant));
const present = (file: string) => variants(file).find((variant) => existsSync(variant)) ?? file;

/**
 * Where the data of a catalogue task is on this machine, absolute: the first place that has all its
 * files. When none has, the place where a user would put them, so that the paths can be named.
 *
 * @param dataFolder folder of the user's own copies, one folder per task; `$MU2NET_DATA` by default
 */
export function locate(
  { name, data }: CatalogueTask,
  dataFolder: string | undefined = process.env.MU2NET_DATA,
): DataSource {
  if (data.kind === 'digits') return { kind: 'digits' };
  const files = Object.values(data.files).flatMap(({ images, labels }) => [images, labels]);
  const folders = data.places.map(folderOf).filter((folder) => folder !== undefined);
  if (dataFolder) folders.push(resolve(dataFolder, name));
  const complete = folders.find((folder) => files.every((file) => exists(join(folder, file))));
  const folder = complete ?? folders.at(-1) ?? resolve(name);
  return {
    kind: 'idx',
    files: Object.fromEntries(
      Object.entries(data.files).map(([split, { images, labels }]) => [
        split,
        { images: present(join(folder, images)), labels: present(join(folder, labels)) },
      ]),
    ),
  };
}

/** Where TensorFlow Datasets keeps what it prepares, by its own rule. */
export function tfdsDirectory(environment: NodeJS.ProcessEnv = process.env): string {
  return resolve(environment.TFDS_DATA_DIR ?? join(homedir(), 'tensorflow_datasets'));
}

/** The first file or folder of a source that does not exist; undefined when all do. */
export function missingData(source: DataSource): string | undefined {
  return pathsOf(source).find((path) => !existsSync(path));
}

function pathsOf(source: DataSource): readonly string[] {
  switch (source.kind) {
    case 'digits':
      return [];
    case 'idx':
      return Object.values(source.files).flatMap(({ images, labels }) => [images, labels]);
    case 'tfds':
      return [source, ...source.others].map(({ name }) => join(source.directory, name));
    default:
      return [source.path];
  }
}
