import type { ComponentId } from './component.js';
import type { Hyperparameters } from './hyperparameters.js';
import type { TaskName } from './task.js';

/** Identity of a path: the count of all paths sampled before it in the system. */
export type PathId = number;

/**
 * A model for one task (method §1): hyperparameters, one component per name, parent and quality.
 */
export interface Path {
  readonly id: PathId;
  /** The task that the path solves; null for a root model. */
  readonly task: TaskName | null;
  /** Nearest living ancestor; null for a root model. */
  readonly parentId: PathId | null;
  readonly hyperparameters: Hyperparameters;
  /** Ids of the components, in forward order. */
  readonly components: readonly ComponentId[];
  /** Validation top-1 accuracy in [0, 1]; null for a root model. */
  readonly quality: number | null;
}
