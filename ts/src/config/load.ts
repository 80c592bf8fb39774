import { dirname, resolve } from 'node:path';
import type { Document } from 'yaml';
import type { DataSource, TaskName } from '../domain/task.js';
import { experimentOf, type LoadedExperiment } from './experiment.js';
import { type ConfigPath, type Refuse, refusal, tellIssue } from './issue.js';
import { EXTENDS, layerOf, layersOf, mergedContents, placeIn } from './layers.js';
import { type Config, type ConfigInput, schema } from './schema.js';
import { sourceIn } from './task-spec.js';

/** Values that take the place of a configuration's: `{ seed: 3, 'training.batchSize': 64 }`. */
export type Overrides = Readonly<Record<string, unknown>>;

export interface LoadOptions {
  /**
   * Whether a task whose data is absent is an error, unless it is optional. True by default; a dry
   * run has no need of data.
   */
  readonly dataMustExist?: boolean;
  /** Whether an optional task whose data is absent is left out. True by default. */
  readonly leaveOut?: boolean;
}

/**
 * Reads a configuration file and those that it extends. Paths are relative to the folder of the file
 * in which they stand.
 *
 * @throws Mu2NetError CONFIG_INVALID, TASK_UNKNOWN or DATA_MISSING, with file, line and column
 */
export function loadExperiment(
  file: string,
  overrides: Overrides = {},
  { dataMustExist = true, leaveOut = true }: LoadOptions = {},
): LoadedExperiment {
  const read = readConfig(file, overrides);
  return experimentOf(read.config, { ...read, file, dataMustExist, leaveOut });
}

/**
 * The tasks of a configuration file and where each says that its data is; null of a task that leaves
 * this to the catalogue. The data need not be there.
 *
 * @throws Mu2NetError CONFIG_INVALID, with file, line and column
 */
export function sourcesOf(file: string): ReadonlyMap<TaskName, DataSource | null> {
  const { config, folderOf } = readConfig(file, {});
  return new Map(
    config.tasks.map(({ name, source }, nth) => [
      name,
      source && sourceIn(folderOf(['tasks', nth]), source),
    ]),
  );
}

/** What a file and those that it extends come to, with where paths begin and how to refuse it. */
function readConfig(file: string, overrides: Overrides) {
  const layers = layersOf(file);
  const overridden = Object.keys(overrides);
  const refuse = refusal((path) => {
    const key = overridden.find((name) => path.join('.').startsWith(name));
    if (key !== undefined) return `${file} with ${key} overridden: `;
    return placeIn(layerOf(layers, path), path);
  });
  for (const [key, value] of Object.entries(overrides)) {
    override(layers[0].document, key, value, refuse);
  }
  const contents = layers.map(({ document }) => plain(document, refuse));
  const folderOf = (path: ConfigPath) => dirname(resolve(layerOf(layers, path).file));
  return { config: checked(mergedContents(contents), refuse), folderOf, refuse };
}

/**
 * The experiment of a configuration written in a program, which is checked as a file's would be.
 *
 * @param options.baseDirectory folder that paths are relative to; the working directory by default
 * @throws Mu2NetError CONFIG_INVALID, TASK_UNKNOWN or DATA_MISSING
 */
export function defineExperiment(
  input: ConfigInput,
  {
    baseDirectory = process.cwd(),
    dataMustExist = true,
    leaveOut = true,
  }: LoadOptions & { readonly baseDirectory?: string } = {},
): LoadedExperiment {
  const refuse = refusal(() => '');
  return experimentOf(checked(input, refuse), {
    file: null,
    folderOf: () => baseDirectory,
    dataMustExist,
    leaveOut,
    refuse,
  });
}

export function override(document: Document, key: string, value: unknown, refuse: Refuse): void {
  if (key === EXTENDS) {
    refuse([], `cannot set ${EXTENDS}: name the configuration itself, and set what differs`);
  }
  try {
    document.setIn(key.split('.'), document.createNode(value));
  } catch {
    refuse([], `cannot set ${key}: what stands there takes no keys`);
  }
}

export function plain(document: Document, refuse: Refuse): unknown {
  try {
    return document.toJS();
  } catch (error) {
    return refuse([], `not valid YAML: ${(error as Error).message}`);
  }
}

export function checked(input: unknown, refuse: Refuse): Config {
  const result = schema.safeParse(input, { reportInput: true });
  return result.success ? result.data : tellIssue(result.error.issues, refuse);
}
