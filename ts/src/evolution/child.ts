import {
  type Component,
  type ComponentId,
  type ComponentName,
  componentNames,
  countParameters,
  sameShape,
} from '../domain/component.js';
import type { DataHyperparameters, Hyperparameters } from '../domain/hyperparameters.js';
import type { Path, PathId } from '../domain/path.js';
import { componentsOf, lineage, type System } from '../domain/system.js';
import type { TaskName } from '../domain/task.js';
import { isTrainable, type Locks } from './locks.js';
import { mutateAdapters, mutateHyperparameters } from './mutation.js';
import type { ResolvedMethod } from './policies.js';
import type { Streams } from './streams.js';

/** Origin of a child's component (method §4). */
export type Origin =
  /** The component `of` of another path, frozen. */
  | { readonly kind: 'shared'; readonly of: Component }
  /** A trainable copy of the parameters and the momentum trace of `of`. */
  | { readonly kind: 'cloned'; readonly of: Component }
  /** New parameters, drawn with `seed`. */
  | { readonly kind: 'fresh'; readonly seed: number }
  /** The root model's position embedding `of`, resampled to the child's image size. */
  | { readonly kind: 'resampled'; readonly of: Component };

/** A component of a sampled child. */
export interface ChildComponent {
  /** Id of the shared component, or the id that the component gets when the child is retained. */
  readonly id: ComponentId;
  readonly name: ComponentName;
  /** Number of scalar parameters. */
  readonly parameterCount: number;
  readonly origin: Origin;
}

/** A sampled child that can be trained. */
export interface Child {
  readonly pathId: PathId;
  readonly parentId: PathId;
  readonly hyperparameters: Hyperparameters;
  /** In forward order. */
  readonly components: readonly ChildComponent[];
  /** Lowest quality at which the child is retained; null retains it at any quality. */
  readonly qualityBar: number | null;
}

/** Values that all children of a generation have in common. */
interface GenerationSetting {
  readonly system: System;
  readonly method: ResolvedMethod;
  readonly task: TaskName;
  readonly numClasses: number;
  readonly data: DataHyperparameters;
  readonly locks: Locks;
  /** Returns the components of a path by name. */
  readonly componentsByName: ComponentIndex;
}

/** Finds the components of a path by name. */
type ComponentIndex = (path: Path) => ReadonlyMap<ComponentName, Component>;

/** Returns an index of the components of a system's paths; children share parents. */
export function componentIndex(system: System): ComponentIndex {
  const known = new Map<PathId, ReadonlyMap<ComponentName, Component>>();
  return (path) => {
    let found = known.get(path.id);
    if (!found) {
      found = new Map(componentsOf(path, system).map((component) => [component.name, component]));
      known.set(path.id, found);
    }
    return found;
  };
}

/** Finds the nearest component with this name, from the parent upwards, that fits (method §4). */
function findAncestorComponent(
  name: ComponentName,
  parent: Path,
  facts: Hyperparameters,
  { system, locks, componentsByName }: GenerationSetting,
): Component | undefined {
  for (const ancestor of lineage(parent, system)) {
    const component = componentsByName(ancestor).get(name);
    if (!component) continue;
    // A locked head predicts the classes of another task; the active task's own head is never
    // locked.
    if (
      name === 'head'
        ? !isTrainable(component, locks)
        : !sameShape(name, system.architecture, facts, ancestor.hyperparameters)
    ) {
      continue;
    }
    return component;
  }
  return undefined;
}

/** Returns the origin of a component for which no ancestor has one that fits. */
function newComponentOrigin(
  name: ComponentName,
  parent: Path,
  { system, componentsByName }: GenerationSetting,
  seed: () => number,
): Origin {
  if (name === 'posembed_input') {
    const root = [...lineage(parent, system)].at(-1);
    const of = root && componentsByName(root).get(name);
    if (of) return { kind: 'resampled', of };
  }
  return { kind: 'fresh', seed: seed() };
}

/** The random streams of one child: all streams whose name begins with `name`. */
export interface ChildStreams {
  readonly streams: Streams;
  readonly name: readonly (string | number)[];
}

/**
 * Samples a child of `parent`: hyperparameters, adapters, then the origin of each component
 * (method §4). The caller knows the scores and adds the quality bar.
 */
export function mutate(
  parent: Path,
  path: PathId,
  setting: GenerationSetting,
  { streams, name }: ChildStreams,
): Omit<Child, 'qualityBar'> {
  const { method, system, locks } = setting;
  let values: Hyperparameters = {
    ...parent.hyperparameters,
    ...setting.data,
    num_classes: setting.numClasses,
  };
  values = mutateHyperparameters(values, method, streams.stream(...name, 'hyperparameters'));
  values = mutateAdapters(values, method, streams.stream(...name, 'adapters'));
  const clone = streams.stream(...name, 'clone');
  const originOf = (component: ComponentName): Origin => {
    const of = findAncestorComponent(component, parent, values, setting);
    if (!of) {
      const seed = () => streams.seed(...name, 'initialise', component);
      return newComponentOrigin(component, parent, setting, seed);
    }
    // Draws even when the clone is forced, so that forcing one component does not shift other
    // draws.
    const decision = method.policies.mutation(values, `clone:${component}`, method.ranges, clone);
    const forced = method.alwaysClone.includes(component) || isTrainable(of, locks);
    if (!forced) values = decision.values;
    return { kind: forced || decision.taken ? 'cloned' : 'shared', of };
  };
  const components = componentNames(values).map((component): ChildComponent => {
    const origin = originOf(component);
    return {
      id: origin.kind === 'shared' ? origin.of.id : `${path}/${component}`,
      name: component,
      parameterCount: countParameters(component, system.architecture, values),
      origin,
    };
  });
  return { pathId: path, parentId: parent.id, hyperparameters: values, components };
}
