import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { homedir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { findPrepared } from '../data/prepared.js';
import type { DataSource, TfdsSource } from '../domain/task.js';
import { boxFile } from './box.js';
import type { CatalogueTask, IdxData, Place, TfdsData } from './task.js';

const require = createRequire(import.meta.url);

/** Folders that may hold data. */
export interface DataFolders {
  /** The user's own copies, one folder per task. */
  readonly own: string | undefined;
  /** The folder of TFDS. */
  readonly tfds: string;
}

/** The folders that the environment names: `$MU2NET_DATA`, and that of TFDS. */
export function dataFolders(environment: NodeJS.ProcessEnv = process.env): DataFolders {
  return { own: environment.MU2NET_DATA || undefined, tfds: tfdsDirectory(environment) };
}

/** The folder in which TFDS keeps what it prepares, by its own rule. */
export function tfdsDirectory(environment: NodeJS.ProcessEnv = process.env): string {
  return resolve(environment.TFDS_DATA_DIR ?? join(homedir(), 'tensorflow_datasets'));
}

/** Where the data of a task is on this machine, or where it belongs. */
export interface Located {
  /** When the data is absent, the source that it would be in the place where it belongs. */
  readonly source: DataSource;
  /** Names the missing part, or the fault; null when the data is ready. */
  readonly missing: string | null;
  /** Folder of data that is there and cannot be used; null when there is none. */
  readonly damaged: string | null;
}

const ready = (source: DataSource): Located => ({ source, missing: null, damaged: null });

/**
 * Locates the data of a catalogue task: the authors' files in the first place that has all of them,
 * or else what TFDS has prepared. Paths are absolute.
 */
export function locateTask(task: CatalogueTask, folders: DataFolders = dataFolders()): Located {
  const { name, data } = task;
  if (data.kind === 'digits') return ready(data);
  if (data.kind === 'box') return locateSource({ kind: 'npz', path: boxFile(data.file) });
  const files = data.idx && locateSource(idxSource(name, data.idx, folders.own));
  if (files?.missing === null) return files;
  const prepared = locateTfds(tfdsSource(data, folders), data.sizes);
  // When both are absent, the authors' files are easier to provide.
  return files && prepared.missing !== null && prepared.damaged === null ? files : prepared;
}

/** The source that TFDS prepares for a catalogue task, even if it is not there. */
export function tfdsSource(
  { dataset, others, label }: TfdsData,
  { tfds: directory }: DataFolders = dataFolders(),
): TfdsSource {
  return { kind: 'tfds', directory, ...dataset, others, image: 'image', label };
}

/** Locates the files and folders of a source, or the data sets that TFDS has prepared for it. */
export function locateSource(source: DataSource): Located {
  if (source.kind === 'tfds') return locateTfds(source, {});
  const absent = pathsOf(source).find((path) => !existsSync(path));
  return absent === undefined ? ready(source) : { source, missing: `no ${absent}`, damaged: null };
}

/** Locates data sets of TFDS; `sizes` are the expected examples of the base splits that are needed. */
function locateTfds(source: TfdsSource, sizes: Readonly<Record<string, number>>): Located {
  const datasets = [
    findPrepared(source.directory, source, sizesOfMain(sizes)),
    ...source.others.map((other) =>
      findPrepared(source.directory, other, sizesOfOther(sizes, other.name)),
    ),
  ];
  const damaged = datasets.find((each) => each.state === 'damaged');
  if (damaged?.state === 'damaged') {
    const { folder, problem } = damaged;
    return { source, missing: `${folder} cannot be used: ${problem}`, damaged: folder };
  }
  const absent = datasets.find(({ state }) => state === 'absent');
  return absent ? { source, missing: `no ${absent.folder}`, damaged: null } : ready(source);
}

/** Sizes of the base splits of the main data set. */
function sizesOfMain(sizes: Readonly<Record<string, number>>): Readonly<Record<string, number>> {
  return Object.fromEntries(Object.entries(sizes).filter(([split]) => !split.includes(':')));
}

/** Sizes of the base splits of a further data set, by their names there. */
function sizesOfOther(
  sizes: Readonly<Record<string, number>>,
  name: string,
): Readonly<Record<string, number>> {
  return Object.fromEntries(
    Object.entries(sizes)
      .filter(([split]) => split.startsWith(`${name}:`))
      .map(([split, size]) => [split.slice(name.length + 1), size]),
  );
}

/** Absolute folder of a place; undefined when the package is not installed. */
function folderOf(place: Place): string | undefined {
  if (place.kind === 'folder') return place.path;
  try {
    return join(dirname(require.resolve(`${place.name}/package.json`)), place.folder);
  } catch {
    return undefined;
  }
}

/** The file, or else its gzipped form; undefined when neither exists. */
const existing = (file: string) => [file, `${file}.gz`].find((variant) => existsSync(variant));

/** The first folder that has all files; when none has, the one where a user would put them. */
function idxSource(task: string, { places, files }: IdxData, own: string | undefined): DataSource {
  const names = Object.values(files).flatMap(({ images, labels }) => [images, labels]);
  const folders = places.map(folderOf).filter((folder) => folder !== undefined);
  if (own) folders.push(resolve(own, task));
  const complete = folders.find((folder) => names.every((file) => existing(join(folder, file))));
  const folder = complete ?? folders.at(-1) ?? resolve(task);
  const pathOf = (file: string) => existing(join(folder, file)) ?? join(folder, file);
  return {
    kind: 'idx',
    files: Object.fromEntries(
      Object.entries(files).map(([split, { images, labels }]) => [
        split,
        { images: pathOf(images), labels: pathOf(labels) },
      ]),
    ),
  };
}

function pathsOf(source: Exclude<DataSource, TfdsSource>): readonly string[] {
  switch (source.kind) {
    case 'digits':
      return [];
    case 'idx':
      return Object.values(source.files).flatMap(({ images, labels }) => [images, labels]);
    default:
      return [source.path];
  }
}
