import {
  type Component,
  type ComponentId,
  type ComponentName,
  componentNames,
  parameterCount,
  sameShape,
} from '../domain/component.js';
import type { DataHyperparameters, Hyperparameters } from '../domain/hyperparameters.js';
import type { Path, PathId } from '../domain/path.js';
import { componentByName, lineage, type System } from '../domain/system.js';
import type { TaskName } from '../domain/task.js';
import { isTrainable, type Locks } from './locks.js';
import { mutateAdapters, mutateHyperparameters } from './mutation.js';
import type { ResolvedMethod } from './policies.js';
import type { Streams } from './streams.js';

/** Where a child's component comes from. */
export type Origin =
  /** Another path's component `of` itself, frozen. */
  | { readonly kind: 'shared'; readonly of: Component }
  /** A copy of `of`: its parameters and its momentum trace. */
  | { readonly kind: 'cloned'; readonly of: Component }
  /** The initialiser of its kind. */
  | { readonly kind: 'fresh'; readonly seed: number }
  /** The root's position embedding `of`, resampled to this image size. */
  | { readonly kind: 'resampled'; readonly of: Component };

/** A component of a child: the id it has or will have once trained. */
export interface ChildComponent {
  readonly id: ComponentId;
  readonly name: ComponentName;
  readonly parameters: number;
  readonly origin: Origin;
}

/** A sampled child, ready to be trained. */
export interface Child {
  readonly path: PathId;
  readonly parent: PathId;
  readonly hyperparameters: Hyperparameters;
  /** In forward order. */
  readonly components: readonly ChildComponent[];
  /** The quality from which it is retained; null when it is retained whatever it reaches. */
  readonly qualityBar: number | null;
}

/** What all children of a generation have in common. */
export interface GenerationSetting {
  readonly system: System;
  readonly method: ResolvedMethod;
  readonly task: TaskName;
  readonly numClasses: number;
  readonly data: DataHyperparameters;
  readonly locks: Locks;
}

/** The first component of that name, from the parent upwards, that the child can use (method §4). */
function findAncestorComponent(
  name: ComponentName,
  parent: Path,
  facts: Hyperparameters,
  { system, locks }: GenerationSetting,
): Component | undefined {
  for (const ancestor of lineage(parent, system)) {
    const component = componentByName(ancestor, name, system);
    if (!component) continue;
    // Another task's head predicts other classes: only the task's own, never locked, will do.
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

/** Where a component comes from that no ancestor has for the child. */
function newComponentOrigin(
  name: ComponentName,
  parent: Path,
  { system }: GenerationSetting,
  seed: () => number,
): Origin {
  if (name === 'posembed_input') {
    const root = [...lineage(parent, system)].at(-1);
    const of = root && componentByName(root, name, system);
    if (of) return { kind: 'resampled', of };
  }
  return { kind: 'fresh', seed: seed() };
}

/**
 * Samples a child of `parent`: hyperparameters, adapters, then each component shared, cloned or new
 * (method §4). Its quality bar is left to the caller, who knows the scores.
 */
export function mutate(
  parent: Path,
  path: PathId,
  setting: GenerationSetting,
  streams: Streams,
  name: readonly (string | number)[],
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
    // Drawn even where the answer is forced, so that forcing one component shifts no other's draw.
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
      parameters: parameterCount(component, system.architecture, values),
      origin,
    };
  });
  return { path, parent: parent.id, hyperparameters: values, components };
}
