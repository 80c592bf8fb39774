import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
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

/** The first file or folder of a source that does not exist; undefined when all do. */
export function missingData(source: DataSource): string | undefined {
  if (source.kind === 'digits') return undefined;
  const paths =
    source.kind === 'idx'
      ? Object.values(source.files).flatMap(({ images, labels }) => [images, labels])
      : [source.path];
  return paths.find((path) => !existsSync(path));
}
