import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { homedir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { prepared } from '../data/prepared.js';
import type { DataSource, TfdsSource } from '../domain/task.js';
import type { CatalogueTask, IdxData, Place, TfdsData } from './task.js';

const require = createRequire(import.meta.url);

/** Folders in which data is looked for. */
export interface DataFolders {
  /** The user's own copies, one folder per task. */
  readonly own: string | undefined;
  /** What TFDS has prepared. */
  readonly tfds: string;
}

/** The folders that the environment names: `$MU2NET_DATA`, and TFDS's by its own rule. */
export function dataFolders(environment: NodeJS.ProcessEnv = process.env): DataFolders {
  return { own: environment.MU2NET_DATA || undefined, tfds: tfdsDirectory(environment) };
}

/** Where TensorFlow Datasets keeps what it prepares, by its own rule. */
export function tfdsDirectory(environment: NodeJS.ProcessEnv = process.env): string {
  return resolve(environment.TFDS_DATA_DIR ?? join(homedir(), 'tensorflow_datasets'));
}

/** Whether a task's data is on this machine, and as what it would be read. */
export interface Located {
  /** When nothing is there, the source that would be made of the place where data belongs. */
  readonly source: DataSource;
  /** What is missing, or what is wrong; null when the data is ready. */
  readonly missing: string | null;
  /** Folder of what is there and cannot be used; null when nothing is. */
  readonly damaged: string | null;
}

const ready = (source: DataSource): Located => ({ source, missing: null, damaged: null });

/**
 * Where the data of a catalogue task is on this machine, absolute: the authors' files in the first
 * place that has them all, else what TFDS has prepared.
 */
export function look(task: CatalogueTask, folders: DataFolders = dataFolders()): Located {
  const { name, data } = task;
  if (data.kind === 'digits') return ready(data);
  const files = data.idx && lookAt(idxSource(name, data.idx, folders.own));
  if (files?.missing === null) return files;
  const found = lookAtTfds(tfdsSource(data, folders), data.sizes);
  // Without either, the authors' files are the easier to put there.
  return files && found.missing !== null && found.damaged === null ? files : found;
}

/** What TFDS prepares of a catalogue task, whether or not it is there. */
export function tfdsSource(
  { dataset, others, label }: TfdsData,
  { tfds: directory }: DataFolders = dataFolders(),
): TfdsSource {
  return { kind: 'tfds', directory, ...dataset, others, image: 'image', label };
}

/** Whether the data of a source is there: its files and folders, or what TFDS prepares. */
export function lookAt(source: DataSource): Located {
  if (source.kind === 'tfds') return lookAtTfds(source, {});
  const absent = pathsOf(source).find((path) => !existsSync(path));
  return absent === undefined ? ready(source) : { source, missing: `no ${absent}`, damaged: null };
}

/** The same of data sets of TFDS that hold so many examples in base splits that are needed. */
function lookAtTfds(source: TfdsSource, sizes: Readonly<Record<string, number>>): Located {
  const states = [
    prepared(source.directory, source, own(sizes)),
    ...source.others.map((each) => prepared(source.directory, each, ofOther(sizes, each.name))),
  ];
  const damaged = states.find((each) => each.state === 'broken');
  if (damaged?.state === 'broken') {
    const { folder, problem } = damaged;
    return { source, missing: `${folder} cannot be used: ${problem}`, damaged: folder };
  }
  const absent = states.find(({ state }) => state === 'absent');
  return absent ? { source, missing: `no ${absent.folder}`, damaged: null } : ready(source);
}

/** Base splits of the data set itself. */
function own(sizes: Readonly<Record<string, number>>): Readonly<Record<string, number>> {
  return Object.fromEntries(Object.entries(sizes).filter(([split]) => !split.includes(':')));
}

/** Base splits of another data set, by their names there. */
function ofOther(
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

const variants = (file: string) => [file, `${file}.gz`];
const exists = (file: string) => variants(file).some((variant) => existsSync(variant));
const present = (file: string) => variants(file).find((variant) => existsSync(variant)) ?? file;

/** The first folder that has all files; when none has, the one where a user would put them. */
function idxSource(task: string, { places, files }: IdxData, own: string | undefined): DataSource {
  const names = Object.values(files).flatMap(({ images, labels }) => [images, labels]);
  const folders = places.map(folderOf).filter((folder) => folder !== undefined);
  if (own) folders.push(resolve(own, task));
  const complete = folders.find((folder) => names.every((file) => exists(join(folder, file))));
  const folder = complete ?? folders.at(-1) ?? resolve(task);
  return {
    kind: 'idx',
    files: Object.fromEntries(
      Object.entries(files).map(([split, { images, labels }]) => [
        split,
        { images: present(join(folder, images)), labels: present(join(folder, labels)) },
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
