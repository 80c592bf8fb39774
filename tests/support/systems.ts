import type { Architecture } from '../../ts/src/domain/architecture.js';
import {
  type Component,
  type ComponentName,
  componentNames,
  countParameters,
} from '../../ts/src/domain/component.js';
import type { Method } from '../../ts/src/domain/experiment.js';
import type { Hyperparameters } from '../../ts/src/domain/hyperparameters.js';
import type { Path, PathId } from '../../ts/src/domain/path.js';
import { componentsOf, pathOf, type System } from '../../ts/src/domain/system.js';
import type { TaskName } from '../../ts/src/domain/task.js';
import {
  METHODS,
  mu2net,
  type ResolvedMethod,
  resolveMethod,
} from '../../ts/src/evolution/index.js';

/** A tiny architecture for tests. */
export const TINY: Architecture = {
  patchSize: 4,
  hiddenSize: 8,
  mlpDim: 16,
  numHeads: 2,
  depth: 3,
};

/** Default hyperparameters for {@link TINY}. */
export const DEFAULTS: Hyperparameters = {
  _mu_: 0.2,
  num_layers: 3,
  num_classes: 2,
  adapter_dim: 4,
  adapter_layers: [],
  opt_lr: 0.01,
  opt_lr_schedule: 'cosine',
  opt_lr_warmup_ratio: 0.1,
  opt_momentum: 0.9,
  opt_nesterov: false,
  ds_image_size: 16,
  ds_crop: true,
  ds_area_range_min: 0.05,
  ds_aspect_ratio_range_min: 0.75,
  ds_flip_left_right: true,
  ds_brightness_delta: 0,
  ds_contrast_delta: 0,
  ds_saturation_delta: 0,
  ds_hue_delta: 0,
  ds_quality_delta: 0,
};

/** Returns the µ2Net method at a tiny scale, changed by the given choices. */
export function choicesOf(choices: Partial<Method> = {}): Method {
  return {
    name: 'mu2net',
    module: null,
    policies: {},
    samplesPerTask: 8,
    width: 4,
    adaptersMutate: false,
    adaptersRemovable: false,
    alwaysClone: ['encoder_norm'],
    ...(METHODS.find(({ name }) => name === choices.name) ?? mu2net).parameters,
    score: { base: 1, parametersReference: 1000, flopsReference: null },
    defaults: DEFAULTS,
    ranges: {},
    ...choices,
  };
}

/** Returns the method of {@link choicesOf} with its policies. */
export function methodOf(choices: Partial<Method> = {}): ResolvedMethod {
  return resolveMethod(choicesOf(choices));
}

/** A path of a test's system. */
export interface PathSpec {
  readonly id: PathId;
  readonly task: TaskName | null;
  readonly parent: PathId | null;
  readonly quality?: number;
  /** New components of the path; it shares all others with its parent if the parent has them. */
  readonly newComponents?: readonly ComponentName[];
  readonly hyperparameters?: Partial<Hyperparameters>;
}

function addPath(system: System, spec: PathSpec): System {
  const { id, task, parent: parentId, quality = 0.5, newComponents = [] } = spec;
  const parent = parentId === null ? null : pathOf(system, parentId);
  const hyperparameters = {
    ...(parent?.hyperparameters ?? DEFAULTS),
    ...spec.hyperparameters,
  };
  const inherited = new Map(
    (parent ? componentsOf(parent, system) : []).map((each) => [each.name, each]),
  );
  const components = componentNames(hyperparameters).map((name): Component => {
    const component = inherited.get(name);
    if (component && !newComponents.includes(name)) return component;
    return {
      id: `${id}/${name}`,
      name,
      parameterCount: countParameters(name, system.architecture, hyperparameters),
      paramsDigest: `params of ${id}/${name}`,
      traceDigest: task === null ? null : `trace of ${id}/${name}`,
    };
  });
  const path: Path = {
    id,
    task,
    parentId: parentId,
    hyperparameters,
    components: components.map((component) => component.id),
    quality: task === null ? null : quality,
  };
  return {
    ...system,
    paths: new Map([...system.paths, [id, path]]),
    components: new Map([
      ...system.components,
      ...components.map((component) => [component.id, component] as const),
    ]),
    nextPathId: Math.max(system.nextPathId, id + 1),
  };
}

/** A root model. */
export const ROOT: PathSpec = { id: 0, task: null, parent: null };

/** Builds a system of these paths, in this order; parents come before their children. */
export function systemOf(
  specs: readonly PathSpec[],
  rest: Partial<Pick<System, 'architecture' | 'privateTasks' | 'offspring'>> = {},
): System {
  const empty: System = {
    architecture: TINY,
    paths: new Map(),
    components: new Map(),
    privateTasks: new Set(),
    offspring: new Map(),
    flops: new Map(),
    nextPathId: 0,
    ...rest,
  };
  return specs.reduce(addPath, empty);
}
