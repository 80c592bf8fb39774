import { dirname, resolve } from 'node:path';
import type { DataSource, TaskName } from '../domain/task.js';
import { Refusals } from './errors/refusals.js';
import { type ConfigPath, createRefuse } from './errors/refuse.js';
import { buildExperiment, type LoadedExperiment } from './experiment/build.js';
import { resolveSource } from './experiment/source.js';
import { type ConfigInput, parseConfig } from './schema/config.js';
import { EXTENDS, readLayers } from './yaml/layers.js';
import { mergeLayers, withoutKey } from './yaml/merge.js';
import { type Overrides, overrideOf, setOverrides, toPlainValues } from './yaml/override.js';
import { layerOf, positionOf } from './yaml/position.js';

export interface LoadOptions {
  /**
   * Whether a task whose data is absent is an error, unless it is optional. True by default; a dry
   * run needs no data.
   */
  readonly dataMustExist?: boolean;
  /** Whether an optional task whose data is absent is left out. True by default. */
  readonly leaveOut?: boolean;
  /**
   * Whether the module of the method runs. True by default; without it, `leftToModule` of the result
   * says which parameters are not known.
   */
  readonly runModule?: boolean;
}

/**
 * Reads a configuration file and those that it extends. Paths are relative to the folder of the file
 * that has them.
 *
 * @throws Mu2NetError CONFIG_INVALID, TASK_UNKNOWN or DATA_MISSING, with file, line and column
 */
export function loadExperiment(
  file: string,
  overrides: Overrides = {},
  { dataMustExist = true, leaveOut = true, runModule = true }: LoadOptions = {},
): LoadedExperiment {
  const { config, ...context } = readConfig(file, overrides);
  return buildExperiment(config, { ...context, file, dataMustExist, leaveOut, runModule });
}

/**
 * The tasks of a configuration file and the source of each; null for a task that leaves it to the
 * catalogue. The data need not exist.
 *
 * @throws Mu2NetError CONFIG_INVALID, with file, line and column
 */
export function sourcesOf(file: string): ReadonlyMap<TaskName, DataSource | null> {
  const { config, folderOf, refusals } = readConfig(file, {});
  refusals.throwIfAny();
  return new Map(
    config.tasks.map(({ name, source }, nth) => [
      name,
      source && resolveSource(source, folderOf(['tasks', nth])),
    ]),
  );
}

/** Reads and merges a file and those that it extends. */
function readConfig(file: string, overrides: Overrides) {
  const layers = readLayers(file);
  const refuse = createRefuse((path) => {
    const key = overrideOf(overrides, path);
    if (key !== undefined) return { prefix: `${file} with ${key} overridden: `, file };
    return positionOf(layerOf(layers, path), path);
  });
  const refusals = new Refusals();
  setOverrides(layers[0].document, overrides, refuse);
  const contents = layers.map(({ document }) => toPlainValues(document, refuse));
  const config = parseConfig(withoutKey(mergeLayers(contents), EXTENDS), refuse, refusals);
  const folderOf = (path: ConfigPath) => dirname(resolve(layerOf(layers, path).file));
  return { config, folderOf, refuse, refusals };
}

/**
 * Returns the experiment of a configuration that a program wrote; it is checked as a file is.
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
    runModule = true,
  }: LoadOptions & { readonly baseDirectory?: string } = {},
): LoadedExperiment {
  const refuse = createRefuse(() => ({ prefix: '' }));
  const refusals = new Refusals();
  return buildExperiment(parseConfig(input, refuse, refusals), {
    file: null,
    folderOf: () => baseDirectory,
    dataMustExist,
    leaveOut,
    runModule,
    refuse,
    refusals,
  });
}
