import { resolve } from 'node:path';
import {
  type CatalogueTask,
  catalogueNames,
  catalogueTask,
  firstStep,
  look,
  lookAt,
  prepareCommand,
  tfdsDirectory,
} from '../catalogue/index.js';
import type { TaskSpec } from '../domain/experiment.js';
import type { DataSource } from '../domain/task.js';
import { didYouMean } from '../text/did-you-mean.js';
import type { ConfigPath, Refuse } from './issue.js';
import type { TaskConfig } from './tasks.js';

/** A configured task that is left out, and why. */
export interface SkippedTask {
  readonly name: string;
  readonly reason: string;
}

export interface TaskContext {
  /** The configuration's file; null when a program wrote it. */
  readonly file: string | null;
  /** Folder to which a path in the configuration is relative, by where it stands there. */
  readonly folderOf: (path: ConfigPath) => string;
  /** Whether the absence of data is an error; if not, only optional tasks look for it. */
  readonly dataMustExist: boolean;
  /** Whether optional tasks are left out where their data is absent. */
  readonly leaveOut: boolean;
  readonly refuse: Refuse;
}

/** A source as it is configured, relative to a folder. */
export function sourceIn(base: string, source: NonNullable<TaskConfig['source']>): DataSource {
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

/** Where a task's data is, what of it is missing, and what to do about that. */
interface FoundData {
  readonly source: DataSource;
  readonly missing: string | null;
  readonly remedy: string;
}

function ownData(name: string, source: DataSource, file: string | null): FoundData {
  const prepare = file === null ? 'TFDS' : `'${prepareCommand(name, file)}'`;
  return {
    source,
    missing: lookAt(source).missing,
    remedy:
      source.kind === 'tfds' ? `prepare it with ${prepare}, or correct it` : 'correct its path',
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
  { file, folderOf, dataMustExist, leaveOut, refuse }: TaskContext,
): TaskSpec | SkippedTask {
  const { name } = config;
  const known = catalogueTask(name);
  const found = config.source
    ? ownData(name, sourceIn(folderOf(path), config.source), file)
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
    if (dataMustExist) return refuse(path, reason, 'DATA_MISSING');
  }
  // The catalogue's splits and facts are those of its own data, cut its own way.
  const ownWay = config.source || config.splits ? null : (known ?? null);
  return {
    name,
    isPrivate: config.private,
    source,
    splits: config.splits ?? ownWay?.splits ?? null,
    ...(config.classNames && { classNames: config.classNames }),
    facts: config.facts ?? ownWay?.facts ?? null,
  };
}
