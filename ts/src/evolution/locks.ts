import type { Component, ComponentId } from '../domain/component.js';
import type { System } from '../domain/system.js';
import type { TaskName } from '../domain/task.js';

/** The lock of root models, whose components are never trained (method §1). */
export const NOT_TRAINABLE = Symbol('NOT_TRAINABLE');

/** The owner of a lock: a task, or the root models. */
export type Lock = TaskName | typeof NOT_TRAINABLE;

/** The train locks of all components in use; a component without an entry has no lock. */
export type Locks = ReadonlyMap<ComponentId, ReadonlySet<Lock>>;

/**
 * Returns the train locks during a task iteration of `active`: all other tasks lock the components
 * of their retained paths, and root models lock theirs. The active task locks nothing (method
 * §2.1).
 */
export function locksDuring(system: System, active: TaskName | null): Locks {
  const locks = new Map<ComponentId, Set<Lock>>();
  for (const path of system.paths.values()) {
    if (path.task !== null && path.task === active) continue;
    const lock = path.task ?? NOT_TRAINABLE;
    // Components that only this path uses have one set in common.
    const alone = new Set<Lock>([lock]);
    for (const component of path.components) {
      const held = locks.get(component);
      if (!held) locks.set(component, alone);
      else if (held.size > 1) held.add(lock);
      else locks.set(component, new Set([...held, lock]));
    }
  }
  return locks;
}

/** Says whether a component may be trained: it has no lock (method §1). */
export function isTrainable(component: Component, locks: Locks): boolean {
  return !locks.has(component.id);
}
