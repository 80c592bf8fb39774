import type { Architecture } from './architecture.js';
import type { Component, ComponentId } from './component.js';
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
  readonly nextPath: PathId;
}
