import { resolve } from 'node:path';
import { ARCHITECTURE_SIZES, type Architecture, architectureOf } from '../domain/architecture.js';
import { Mu2NetError } from '../domain/errors.js';
import type { Experiment, Method, TaskSpec } from '../domain/experiment.js';
import type { Hyperparameters, MutationRanges, TunableName } from '../domain/hyperparameters.js';
import { findMethod } from '../evolution/index.js';
import { ROOT_CLASSES } from './hyperparameters.js';
import type { ConfigPath, Refuse } from './issue.js';
import { methodsOf, moduleIn } from './method.js';
import { publishedRanges } from './ranges.js';
import { checkpointIn } from './root.js';
import type { Config } from './schema.js';
import { type SkippedTask, type TaskContext, taskSpec } from './task-spec.js';

/** An experiment, and the optional tasks that it goes without. */
export interface LoadedExperiment {
  readonly experiment: Experiment;
  readonly skipped: readonly SkippedTask[];
}

/** The experiment of a configuration whose values the schema has accepted one by one. */
export function experimentOf(config: Config, context: TaskContext): LoadedExperiment {
  const { refuse, folderOf } = context;
  const { name: architectureName, architecture } = architectureIn(config, refuse);
  const defaults = defaultsOf(config, refuse);
  const ranges = rangesOf(config);
  checkRanges(config, defaults, ranges, refuse);
  checkShapes(defaults, ranges, architectureName, architecture, refuse);
  const { tasks, skipped } = tasksOf(config, context);
  const experiment: Experiment = {
    name: config.name,
    seed: config.seed,
    architecture,
    checkpoint: checkpointIn(config, context),
    method: { ...methodIn(config, context), defaults, ranges },
    training: config.training,
    tasks,
    taskIterations: config.taskIterations,
    cycles: config.cycles,
    continueFrom: config.continueFrom && resolve(folderOf(['continueFrom']), config.continueFrom),
  };
  return deepFreeze({ experiment, skipped });
}

function architectureIn({ root }: Config, refuse: Refuse) {
  const name = root.architecture;
  const architecture = architectureOf(name);
  if (!architecture) {
    return refuse(
      ['root', 'architecture'],
      `root.architecture '${name}' is not known; write ${ARCHITECTURE_SIZES.join(', ')}, a slash and the side of a patch, for example Ti/16`,
    );
  }
  return { name, architecture };
}

/** The method that is named, with what the configuration says over its own parameters. */
function methodIn(
  { method }: Config,
  { refuse, folderOf }: TaskContext,
): Omit<Method, 'defaults' | 'ranges'> {
  const at = <T>(path: ConfigPath, find: () => T): T => {
    try {
      return find();
    } catch (error) {
      if (!(error instanceof Mu2NetError)) throw error;
      return refuse(['method', ...path], error.message, error.code);
    }
  };
  const { name, module: file, sha256, policies, score, ...rest } = method;
  const { maxTaskPopulation, warmupStart, normaliseFirst, ...sizes } = rest;
  const module =
    file === null ? null : at(['module'], () => moduleIn(file, folderOf(['method', 'module'])));
  if (sha256 !== null && module?.sha256 !== sha256) {
    refuse(
      ['method', 'sha256'],
      module
        ? `${module.file} hashes to ${module.sha256}; put back the module that method.sha256 names, or set it to null`
        : 'method.sha256 needs a method.module to check',
    );
  }
  const known = at(['module'], () => methodsOf(module));
  const { parameters } = at(['name'], () => findMethod(name, known));
  for (const [policy, from] of Object.entries(policies)) {
    if (from !== undefined) at(['policies', policy], () => findMethod(from, known));
  }
  return {
    name,
    module,
    policies: present(policies),
    ...sizes,
    ...parameters,
    ...present({ maxTaskPopulation, warmupStart, normaliseFirst }),
    score: { ...parameters.score, ...present(score) },
  };
}

type Present<T> = { readonly [Key in keyof T]?: Exclude<T[Key], undefined> };

/** What is there of a mapping. */
function present<T extends object>(values: T): Present<T> {
  const there = Object.entries(values).filter(([, value]) => value !== undefined);
  return Object.fromEntries(there) as Present<T>;
}

function defaultsOf({ hyperparameters }: Config, refuse: Refuse): Hyperparameters {
  const { adapter_layers: layers, num_layers } = hyperparameters;
  const all = Array.from({ length: num_layers }, (_, layer) => layer);
  const absent = layers === 'all' ? undefined : layers.find((layer) => layer >= num_layers);
  if (absent !== undefined) {
    refuse(
      ['hyperparameters', 'adapter_layers'],
      `hyperparameters.adapter_layers ${absent} is none of the ${num_layers} layers, which count from 0`,
    );
  }
  return {
    ...hyperparameters,
    num_classes: ROOT_CLASSES,
    adapter_layers: all.filter((layer) => layers === 'all' || layers.includes(layer)),
  };
}

/** The configuration's own ranges in place of the published ones, in the order of the schema. */
function rangesOf({ autoTune, ranges, hyperparameters }: Config): MutationRanges {
  const published = autoTune ? publishedRanges(autoTune, hyperparameters.num_layers) : {};
  return Object.fromEntries(
    (Object.keys(hyperparameters) as TunableName[])
      .map((name) => [name, ranges[name] ?? published[name]] as const)
      .filter(([, range]) => range !== undefined),
  );
}

const entriesOf = (ranges: MutationRanges) =>
  Object.entries(ranges) as [TunableName, readonly unknown[]][];

/** A hyperparameter moves from where it stands, so its default has to be one of its range. */
function checkRanges(
  config: Config,
  defaults: Hyperparameters,
  ranges: MutationRanges,
  refuse: Refuse,
): void {
  for (const [name, range] of entriesOf(ranges)) {
    if (range.includes(defaults[name])) continue;
    const own = config.ranges[name] !== undefined;
    const advice = own ? 'add it there' : `give it a range of its own under 'ranges'`;
    refuse(
      ['hyperparameters', name],
      `hyperparameters.${name} ${defaults[name]} is not in its range [${range.join(', ')}] of ${own ? `ranges.${name}` : `autoTune ${config.autoTune}`}; ${advice}`,
    );
  }
}

/** Image sizes have to be cut into whole patches, and layers be those of the architecture. */
function checkShapes(
  defaults: Hyperparameters,
  ranges: MutationRanges,
  name: string,
  { patchSize, depth }: Architecture,
  refuse: Refuse,
): void {
  const check = (
    key: 'ds_image_size' | 'num_layers',
    fits: (value: number) => boolean,
    rule: string,
  ) => {
    const found = (place: 'hyperparameters' | 'ranges', value: number) =>
      refuse([place, key], `${place}.${key} ${value} ${rule} of ${name}`);
    if (!fits(defaults[key])) found('hyperparameters', defaults[key]);
    const misfit = ranges[key]?.find((value) => !fits(value));
    if (misfit !== undefined) found('ranges', misfit);
  };
  check(
    'ds_image_size',
    (size) => size % patchSize === 0,
    `is not a multiple of the patch side ${patchSize}`,
  );
  check('num_layers', (layers) => layers <= depth, `is more than the ${depth} layers`);
}

function tasksOf(config: Config, context: TaskContext) {
  const { refuse } = context;
  const tasks: TaskSpec[] = [];
  const skipped: SkippedTask[] = [];
  const names = new Set<string>();
  config.tasks.forEach((task, nth) => {
    const path = ['tasks', nth];
    if (names.has(task.name)) {
      refuse(
        path,
        `task '${task.name}' is listed twice; to visit it more often, raise taskIterations`,
      );
    }
    names.add(task.name);
    const spec = taskSpec(task, path, context);
    if ('reason' in spec) skipped.push(spec);
    else tasks.push(spec);
  });
  if (tasks.length === 0) {
    refuse(
      ['tasks'],
      `no task is left, for all are optional and absent: ${skipped[0]?.reason}`,
      'DATA_MISSING',
    );
  }
  return { tasks, skipped };
}

function deepFreeze<T>(value: T): T {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) {
    Object.values(value).forEach(deepFreeze);
    Object.freeze(value);
  }
  return value;
}
