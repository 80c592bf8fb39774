import { resolve } from 'node:path';
import { ARCHITECTURE_SIZES, type Architecture, architectureOf } from '../domain/architecture.js';
import type { Experiment, TaskSpec } from '../domain/experiment.js';
import type { Hyperparameters, MutationRanges, TunableName } from '../domain/hyperparameters.js';
import { FIXED } from './hyperparameters.js';
import type { Refuse } from './issue.js';
import { AUTO_TUNE } from './ranges.js';
import type { Config } from './schema.js';
import { type SkippedTask, type TaskContext, taskSpec } from './task-spec.js';

/** An experiment, and the optional tasks that it goes without. */
export interface LoadedExperiment {
  readonly experiment: Experiment;
  readonly skipped: readonly SkippedTask[];
}

/** The experiment of a configuration whose values the schema has accepted one by one. */
export function experimentOf(config: Config, context: TaskContext): LoadedExperiment {
  const { refuse, baseDirectory } = context;
  const { name: architectureName, architecture } = architectureIn(config, refuse);
  const defaults: Hyperparameters = { ...config.hyperparameters, ...FIXED };
  const ranges = rangesOf(config);
  checkRanges(config, defaults, ranges, refuse);
  checkShapes(defaults, ranges, architectureName, architecture, refuse);
  const { tasks, skipped } = tasksOf(config, context);
  const experiment: Experiment = {
    name: config.name,
    seed: config.seed,
    architecture,
    method: { ...config.method, defaults, ranges },
    training: config.training,
    tasks,
    taskIterations: config.taskIterations,
    continueFrom: config.continueFrom && resolve(baseDirectory, config.continueFrom),
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

/** The configuration's own ranges in place of the published ones, in the order of the schema. */
function rangesOf({ autoTune, ranges, hyperparameters }: Config): MutationRanges {
  const published: MutationRanges = autoTune ? AUTO_TUNE[autoTune] : {};
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
