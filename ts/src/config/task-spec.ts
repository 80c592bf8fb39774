import { readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import {
  type CatalogueTask,
  catalogueNames,
  catalogueTask,
  defaultSplits,
  firstStep,
  look,
  missingData,
  tfdsDirectory,
} from '../catalogue/index.js';
import type { TaskSpec } from '../domain/experiment.js';
import type { DataSource, Splits } from '../domain/task.js';
import type { ConfigPath, Refuse } from './issue.js';
import { didYouMean } from './section.js';
import type { TaskConfig } from './tasks.js';

/** A configured task that is left out, and why. */
export interface SkippedTask {
  readonly name: string;
  readonly reason: string;
}

export interface TaskContext {
  /** Folder to which a path in the configuration is relative, by where it stands there. */
  readonly folderOf: (path: ConfigPath) => string;
  /** Whether the absence of data is an error; if not, only optional tasks look for it. */
  readonly dataMustExist: boolean;
  /** Whether optional tasks are left out where their data is absent. */
  readonly leaveOut: boolean;
  readonly refuse: Refuse;
}

/** Names of split folders, as the sidecar's folder source knows them. */
const SPLIT_FOLDERS = ['train', 'validation', 'val', 'test'];

const visibleFolders = (path: string) =>
  readdirSync(path, { withFileTypes: true })
    .filter(
      (entry) => !entry.name.startsWith('.') && (entry.isDirectory() || entry.isSymbolicLink()),
    )
    .map(({ name }) => name);

/** Base splits of a folder of images: its split folders, which hold class folders, or `all`. */
function folderSplits(path: string): readonly string[] {
  const found = visibleFolders(path).filter(
    (name) => SPLIT_FOLDERS.includes(name) && visibleFolders(join(path, name)).length > 0,
  );
  return found.length > 0 ? found : ['all'];
}

function baseSplits(source: DataSource): readonly string[] {
  switch (source.kind) {
    case 'digits':
      return ['all'];
    case 'idx':
      return Object.keys(source.files);
    case 'folder':
      return folderSplits(source.path);
    case 'npz':
    case 'webdataset':
    case 'parquet':
    case 'huggingface':
    case 'tfds':
      return [];
  }
}

function absolute(source: NonNullable<TaskConfig['source']>, base: string): DataSource {
  switch (source.kind) {
    case 'digits':
      return source;
    case 'idx': {
      const files = Object.entries(source.files).map(([split, { images, labels }]) => [
        split,
        { images: resolve(base, images), labels: resolve(base, labels) },
      ]);
      return { kind: 'idx', files: Object.fromEntries(files) };
    }
    case 'tfds':
      return {
        ...source,
        directory: source.directory === null ? tfdsDirectory() : resolve(base, source.directory),
      };
    default:
      return { ...source, path: resolve(base, source.path) };
  }
}

function splitsOf(config: TaskConfig, source: DataSource, refuse: () => never): Splits {
  return config.splits ?? defaultSplits(baseSplits(source)) ?? refuse();
}

/** Where a task's data is, what of it is missing, and what to do about that. */
interface FoundData {
  readonly source: DataSource;
  readonly missing: string | null;
  readonly remedy: string;
}

function ownData(source: DataSource): FoundData {
  const path = missingData(source);
  return {
    source,
    missing: path === undefined ? null : `no ${path}`,
    remedy: source.kind === 'tfds' ? 'prepare it with TFDS, or correct it' : 'correct its path',
  };
}

function catalogueData(task: CatalogueTask): FoundData {
  const { source, missing } = look(task);
  return { source, missing, remedy: `to obtain it, ${firstStep(task)}` };
}

/**
 * What a configured task comes to: the catalogue's knowledge under what the configuration says.
 * `path` is where the task stands in the configuration.
 */
export function taskSpec(
  config: TaskConfig,
  path: ConfigPath,
  { folderOf, dataMustExist, leaveOut, refuse }: TaskContext,
): TaskSpec | SkippedTask {
  const { name } = config;
  const known = catalogueTask(name);
  const found = config.source
    ? ownData(absolute(config.source, folderOf(path)))
    : known && catalogueData(known);
  if (!found) {
    return refuse(
      path,
      `unknown task '${name}'${didYouMean(name, catalogueNames()) || '.'} 'npx mu2net tasks' lists those of the catalogue; define your own as { name: ${name}, source: { kind: folder, path: … } }`,
      'TASK_UNKNOWN',
    );
  }
  const { source, missing, remedy } = found;
  if (missing !== null) {
    const reason = `the data of task '${name}' is not there: ${missing}; ${remedy}`;
    if (config.optional && leaveOut) return { name, reason };
    const needed = dataMustExist || (source.kind === 'folder' && !config.splits);
    if (needed) return refuse(path, reason, 'DATA_MISSING');
  }
  // The catalogue's splits and facts are those of its own data, cut its own way.
  const ownWay = config.source || config.splits ? null : (known ?? null);
  const splits =
    ownWay?.splits ??
    splitsOf(config, source, () =>
      refuse(path, `task '${name}' needs splits: { train: …, validation: …, test: … }`),
    );
  return {
    name,
    isPrivate: config.private,
    source,
    splits,
    ...(config.classNames && { classNames: config.classNames }),
    facts: config.facts ?? ownWay?.facts ?? null,
  };
}
