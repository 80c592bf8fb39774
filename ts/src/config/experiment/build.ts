import { resolve } from 'node:path';
import { LIMITS } from '../../../../protocol/index.js';
import { ARCHITECTURE_SIZES, architectureOf } from '../../domain/architecture.js';
import type { Experiment } from '../../domain/experiment.js';
import type { TunableName } from '../../domain/hyperparameters.js';
import type { Refuse } from '../errors/refuse.js';
import type { Config } from '../schema/config.js';
import { checkpointOf } from './checkpoint.js';
import type { BuildContext } from './context.js';
import {
  checkAdapters,
  checkDefault,
  checkRange,
  checkValues,
  defaultsOf,
  rangesOf,
  shapeRulesOf,
} from './hyperparameters.js';
import { configuredMethod, METHOD_KEYS } from './method.js';
import { type SkippedTask, tasksOf } from './tasks.js';

/** An experiment, and the optional tasks that are left out of it. */
export interface LoadedExperiment {
  readonly experiment: Experiment;
  readonly skipped: readonly SkippedTask[];
  /**
   * Dotted keys of parameters that only the module of the method can say, because it was not run.
   * The experiment has µ2Net's in their place.
   */
  readonly leftToModule: readonly string[];
}

/**
 * Builds the experiment of a configuration whose values the schema has accepted one by one.
 * @throws Mu2NetError the only error of the configuration; ConfigErrors if it has several.
 */
export function buildExperiment(config: Config, context: BuildContext): LoadedExperiment {
  const { folderOf, refusals } = context;
  const model = buildModel(config, context);
  const { tasks, skipped } = tasksOf(config, context);
  checkLength(config, context);
  const checkpoint = refusals.attempt(['root'], () => checkpointOf(config, context));
  const chosen = refusals.attempt(METHOD_KEYS, () => configuredMethod(config, context));
  refusals.throwIfAny();
  if (!model || !chosen || checkpoint === undefined) {
    throw new Error('a part of the configuration was neither built nor refused');
  }
  const { architecture, defaults, ranges } = model;
  const { method, leftToModule } = chosen;
  const experiment: Experiment = {
    name: config.name,
    seed: config.seed,
    architecture,
    checkpoint,
    method: { ...method, defaults, ranges },
    training: config.training,
    tasks,
    taskIterations: config.taskIterations,
    cycles: config.cycles,
    continueFrom: config.continueFrom && resolve(folderOf(['continueFrom']), config.continueFrom),
  };
  return deepFreeze({ experiment, skipped, leftToModule });
}

/** The architecture of the models, and the hyperparameters that must fit it. */
function buildModel(config: Config, { refuse, refusals }: BuildContext) {
  const named = refusals.attempt(['root.architecture'], () => namedArchitecture(config, refuse));
  const layers = ['hyperparameters.num_layers', 'hyperparameters.adapter_layers'];
  refusals.attempt(layers, () => checkAdapters(config, refuse));
  const defaults = defaultsOf(config);
  const ranges = rangesOf(config);
  for (const name of Object.keys(ranges) as TunableName[]) {
    const needs = [`hyperparameters.${name}`, `ranges.${name}`, 'autoTune'];
    refusals.attempt(needs, () => checkRange(config, { name, defaults, ranges }, refuse));
  }
  if (!named) return undefined;
  const { architecture, name: architectureName } = named;
  const shapes = { defaults, ranges, architectureName, architecture };
  for (const rule of shapeRulesOf(architecture)) {
    refusals.attempt([`hyperparameters.${rule.key}`], () => checkDefault(shapes, rule, refuse));
    refusals.attempt([`ranges.${rule.key}`], () => checkValues(shapes, rule, refuse));
  }
  return { architecture, defaults, ranges };
}

/** Most children of an experiment; the ids of paths stay far below 2^32. */
const MOST_CHILDREN = 10_000_000;

/** Refuses an experiment with more children than a run may have. */
function checkLength(
  { tasks, taskIterations, cycles, method }: Config,
  { refuse, refusals }: BuildContext,
): void {
  const needs = ['tasks', 'taskIterations', 'cycles', 'method.samplesPerTask'];
  const children = tasks.length * taskIterations * cycles * method.samplesPerTask;
  refusals.attempt(needs, () => {
    if (children <= MOST_CHILDREN) return;
    refuse(
      ['taskIterations'],
      `the experiment has ${children} children (${tasks.length} tasks × taskIterations ${taskIterations} × cycles ${cycles} × method.samplesPerTask ${method.samplesPerTask}); it must have ${MOST_CHILDREN} or less`,
    );
  });
}

function namedArchitecture({ root: { architecture: name } }: Config, refuse: Refuse) {
  const architecture = architectureOf(name);
  if (architecture && architecture.patchSize <= LIMITS.imageSize) return { name, architecture };
  if (architecture) {
    return refuse(
      ['root', 'architecture'],
      `root.architecture '${name}': the side of a patch must be ${LIMITS.imageSize} or less`,
    );
  }
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
