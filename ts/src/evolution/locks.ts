import type { Component, ComponentId } from '../domain/component.js';
import type { System } from '../domain/system.js';
import type { TaskName } from '../domain/task.js';

/** The lock of root models: their components are never trained (method §1). */
export const NOT_TRAINABLE = Symbol('NOT_TRAINABLE');

export type Lock = TaskName | typeof NOT_TRAINABLE;

/** The train locks of every component in use; a component that is missing here has none. */
export type Locks = ReadonlyMap<ComponentId, ReadonlySet<Lock>>;

/**
 * Train locks while `active` is being learned: each other task locks the components of its retained
 * path, and root models lock theirs. The active task's own locks are lifted (method §2.1).
 */
export function locksDuring(system: System, active: TaskName | null): Locks {
  const locks = new Map<ComponentId, Set<Lock>>();
  for (const path of system.paths.values()) {
    if (path.task !== null && path.task === active) continue;
    for (const component of path.components) {
      const held = locks.get(component);
      if (held) held.add(path.task ?? NOT_TRAINABLE);
      else locks.set(component, new Set([path.task ?? NOT_TRAINABLE]));
    }
  }
  return locks;
}

/** A component is trainable iff it has no lock. */
export function isTrainable(component: Component, locks: Locks): boolean {
  return !locks.has(component.id);
}
