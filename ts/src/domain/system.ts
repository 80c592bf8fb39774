import type { Architecture } from './architecture.js';
import type { Component, ComponentId, ComponentName } from './component.js';
import { pathFlops, type Structure, structureOf } from './flops.js';
import type { Hyperparameters } from './hyperparameters.js';
import type { Path, PathId } from './path.js';
import type { TaskName } from './task.js';

/** Children that each living path already had, per task: `offspring.get(path)?.get(task)`. */
export type Offspring = ReadonlyMap<PathId, ReadonlyMap<TaskName, number>>;

/** The living multitask system: every path that can still be a parent, and their components. */
export interface System {
  readonly architecture: Architecture;
  readonly paths: ReadonlyMap<PathId, Path>;
  readonly components: ReadonlyMap<ComponentId, Component>;
  readonly privateTasks: ReadonlySet<TaskName>;
  readonly offspring: Offspring;
  /** Operations of a forward pass on one image, for the structures of which they are known. */
  readonly flops: ReadonlyMap<Structure, number>;
  readonly nextPath: PathId;
}

/** The path of that id; paths that are named are always there. */
export function pathOf(system: System, id: PathId): Path {
  const path = system.paths.get(id);
  if (!path) throw new Error(`path ${id} is not in the system`);
  return path;
}

/** A path and its ancestors, nearest first. */
export function* lineage(path: Path, system: System): Generator<Path> {
  for (
    let at: Path | undefined = path;
    at;
    at = at.parent === null ? undefined : system.paths.get(at.parent)
  ) {
    yield at;
  }
}

/** Components of a path, resolved. */
export function componentsOf(path: Path, system: System): readonly Component[] {
  return path.components.map((id) => {
    const component = system.components.get(id);
    if (!component)
      throw new Error(`path ${path.id} lists component ${id}, which is not in the system`);
    return component;
  });
}

/** The component of that name in a path; undefined where the path has none. */
export function componentByName(
  path: Path,
  name: ComponentName,
  system: System,
): Component | undefined {
  for (const id of path.components) {
    const component = system.components.get(id);
    if (component?.name === name) return component;
  }
  return undefined;
}

/** Operations of a path's forward pass on one image: measured, or else counted. */
export function flopsOf(path: Hyperparameters, { flops, architecture }: System): number {
  return flops.get(structureOf(path)) ?? pathFlops(path, architecture);
}

/** The system with these paths alone: parents re-linked to the nearest living ancestor. */
export function restrictToPaths(system: System, living: readonly Path[]): System {
  const ids = new Set(living.map(({ id }) => id));
  const paths = living.map((path): Path => {
    const [, ...ancestors] = lineage(path, system);
    const parent = ancestors.find(({ id }) => ids.has(id))?.id ?? null;
    return parent === path.parent ? path : { ...path, parent };
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
