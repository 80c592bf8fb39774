import {
  type ConfigInput,
  defineExperiment as defineLoaded,
  type LoadedExperiment,
  loadExperiment as loadFile,
  type Overrides,
  type SkippedTask,
} from '../config/index.js';
import type { Experiment } from '../domain/experiment.js';
import { findConfig } from '../installation/shipped-config.js';

/** Controls how the data of an experiment's tasks is looked for. */
export interface ExperimentOptions {
  /** Whether absent data of a task that is not optional is an error; true by default. */
  readonly dataMustExist?: boolean | undefined;
  /** Called for each optional task that is left out because its data is absent. */
  readonly onSkipped?: ((task: SkippedTask) => void) | undefined;
}

/** Options of `defineExperiment`. */
export interface DefineExperimentOptions extends ExperimentOptions {
  /** Folder that paths are relative to; the working directory by default. */
  readonly baseDirectory?: string | undefined;
}

/** Options of `loadExperiment`. */
export interface LoadExperimentOptions extends ExperimentOptions {
  /** Values that replace those of the file, by dotted key. */
  readonly set?: Overrides | undefined;
}

/**
 * Defines an experiment from a configuration object. Missing settings have defaults.
 *
 * @throws Mu2NetError CONFIG_INVALID, TASK_UNKNOWN, DATA_MISSING
 *
 * @example
 * const experiment = defineExperiment({
 *   name: 'two-tasks',
 *   method: { samplesPerTask: 8, width: 2 },
 *   tasks: ['mnist', 'digits'],
 * });
 */
export function defineExperiment(
  input: ConfigInput,
  { baseDirectory = process.cwd(), dataMustExist = true, onSkipped }: DefineExperimentOptions = {},
): Experiment {
  return reportSkipped(defineLoaded(input, { baseDirectory, dataMustExist }), onSkipped);
}

/**
 * Reads an experiment from a configuration file and the files that it extends. A configuration that
 * mu2net ships is found by its name, such as `quickstart` or `mu2net/b-deca`, unless a file has it.
 *
 * @throws Mu2NetError CONFIG_INVALID, TASK_UNKNOWN or DATA_MISSING, with file, line and column.
 *
 * @example
 * const experiment = loadExperiment('tiny.yaml', { set: { seed: 3, 'method.width': 1 } });
 */
export function loadExperiment(
  file: string,
  { set = {}, dataMustExist = true, onSkipped }: LoadExperimentOptions = {},
): Experiment {
  return reportSkipped(loadFile(findConfig(file), set, { dataMustExist }), onSkipped);
}

function reportSkipped(
  { experiment, skipped }: LoadedExperiment,
  onSkipped: ExperimentOptions['onSkipped'],
): Experiment {
  for (const task of skipped) onSkipped?.(task);
  return experiment;
}
