import { resolve } from 'node:path';
import { ARCHITECTURE_SIZES, architectureOf } from '../../domain/architecture.js';
import type { Experiment } from '../../domain/experiment.js';
import type { Refuse } from '../errors/refuse.js';
import type { Config } from '../schema/config.js';
import { checkpointOf } from './checkpoint.js';
import type { BuildContext } from './context.js';
import { checkRanges, checkShapes, defaultsOf, rangesOf } from './hyperparameters.js';
import { configuredMethod } from './method.js';
import { type SkippedTask, tasksOf } from './tasks.js';

/** An experiment, and the optional tasks that are left out of it. */
export interface LoadedExperiment {
  readonly experiment: Experiment;
  readonly skipped: readonly SkippedTask[];
}

/** Builds the experiment of a configuration whose values the schema has accepted one by one. */
export function buildExperiment(config: Config, context: BuildContext): LoadedExperiment {
  const { refuse, folderOf } = context;
  const { name: architectureName, architecture } = namedArchitecture(config, refuse);
  const defaults = defaultsOf(config, refuse);
  const ranges = rangesOf(config);
  checkRanges(config, defaults, ranges, refuse);
  checkShapes({ defaults, ranges, architectureName, architecture }, refuse);
  const { tasks, skipped } = tasksOf(config, context);
  const experiment: Experiment = {
    name: config.name,
    seed: config.seed,
    architecture,
    checkpoint: checkpointOf(config, context),
    method: { ...configuredMethod(config, context), defaults, ranges },
    training: config.training,
    tasks,
    taskIterations: config.taskIterations,
    cycles: config.cycles,
    continueFrom: config.continueFrom && resolve(folderOf(['continueFrom']), config.continueFrom),
  };
  return deepFreeze({ experiment, skipped });
}

function namedArchitecture({ root: { architecture: name } }: Config, refuse: Refuse) {
  const architecture = architectureOf(name);
  if (architecture) return { name, architecture };
  return refuse(
    ['root', 'architecture'],
    `root.architecture '${name}' is not known; write ${ARCHITECTURE_SIZES.join(', ')}, a slash and the side of a patch, for example Ti/16`,
  );
}

function deepFreeze<T>(value: T): T {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) {
    Object.values(value).forEach(deepFreeze);
    Object.freeze(value);
  }
  return value;
}
