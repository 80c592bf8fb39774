import type { Architecture } from './architecture.js';
import type { Component, ComponentId } from './component.js';
import { pathFlops, type Structure, structureOf } from './flops.js';
import type { Hyperparameters } from './hyperparameters.js';
import type { Path, PathId } from './path.js';
import type { TaskName } from './task.js';

/** Number of children of each living path, per task: `offspring.get(path)?.get(task)`. */
export type Offspring = ReadonlyMap<PathId, ReadonlyMap<TaskName, number>>;

/** The living multitask system: all paths that can still become parents, and their components. */
export interface System {
  readonly architecture: Architecture;
  readonly paths: ReadonlyMap<PathId, Path>;
  readonly components: ReadonlyMap<ComponentId, Component>;
  readonly privateTasks: ReadonlySet<TaskName>;
  readonly offspring: Offspring;
  /** Recorded operations of a forward pass on one image, per structure. */
  readonly flops: ReadonlyMap<Structure, number>;
  readonly nextPathId: PathId;
}

/**
 * Returns the path with this id.
 * @throws Error when the system has no such path.
 */
export function pathOf(system: System, id: PathId): Path {
  const path = system.paths.get(id);
  if (!path) throw new Error(`path ${id} is not in the system`);
  return path;
}

/** Yields a path and its ancestors, nearest first. */
export function* lineage(path: Path, system: System): Generator<Path> {
  for (
    let at: Path | undefined = path;
    at;
    at = at.parentId === null ? undefined : system.paths.get(at.parentId)
  ) {
    yield at;
  }
}

/**
 * Returns the components of a path, in forward order.
 * @throws Error when the system lacks one of them.
 */
export function componentsOf(path: Path, system: System): readonly Component[] {
  return path.components.map((id) => {
    const component = system.components.get(id);
    if (!component)
      throw new Error(`path ${path.id} lists component ${id}, which is not in the system`);
    return component;
  });
}

/** Returns the operations of a path's forward pass on one image: recorded, or else calculated. */
export function flopsOf(path: Hyperparameters, { flops, architecture }: System): number {
  return flops.get(structureOf(path)) ?? pathFlops(path, architecture);
}

/** Returns the nearest ancestor of a path that is among `ids`; null when there is none. */
function nearestAncestor(path: Path, system: System, ids: ReadonlySet<PathId>): PathId | null {
  for (const { id } of lineage(path, system)) if (id !== path.id && ids.has(id)) return id;
  return null;
}

/**
 * Returns the system with only the `living` paths and the components that they use. A path whose
 * parent is not living gets its nearest living ancestor as parent (method §2.3).
 */
export function restrictToPaths(system: System, living: readonly Path[]): System {
  const ids = new Set(living.map(({ id }) => id));
  const paths = living.map((path): Path => {
    const parentId = nearestAncestor(path, system, ids);
    return parentId === path.parentId ? path : { ...path, parentId };
  });
  const reached = new Map<string, Component>();
  for (const path of paths) {
    for (const component of componentsOf(path, system)) reached.set(component.id, component);
  }
  return {
    ...system,
    paths: new Map(paths.map((path) => [path.id, path])),
    components: reached,
    offspring: new Map([...system.offspring].filter(([id]) => ids.has(id))),
  };
}
