import type { PathId } from '../../domain/path.js';
import type { TaskName } from '../../domain/task.js';

/**
 * `/api/runs/<run>/graph`: who grew from whom, among all models and discarded children of a branch,
 * column by column. Every model comes after its parent. Fractions are rounded to five digits.
 */
export interface LineageGraph {
  readonly run: string;
  /** Names that `task` counts in, from 0, in the order in which the tasks were learned. */
  readonly tasks: readonly TaskName[];
  readonly pathId: readonly PathId[];
  /** Place of the parent among the models, from 0; -1 for a root model. */
  readonly parent: readonly number[];
  /** -1 for a root model. */
  readonly task: readonly number[];
  /** Steps from a root model, which has 0. */
  readonly depth: readonly number[];
  /** Task iteration of the system's history, from 0; -1 for a root model. */
  readonly iteration: readonly number[];
  /** Generation of the task iteration, from 0; -1 for root models and adopted ones. */
  readonly generation: readonly number[];
  readonly kind: readonly ModelKind[];
  /** Best validation accuracy, in [0, 1]; null if it was never validated. */
  readonly quality: readonly (number | null)[];
  /** Score when it was retained; null for root models and discarded children. */
  readonly score: readonly (number | null)[];
}

/**
 * Names of the kinds of models, in the order of their numbers: a root model; the retained model of
 * a task; one that was retained and is no longer the best of its task; a discarded child.
 */
export const MODEL_KINDS = ['root', 'best', 'retained', 'discarded'] as const;

/** A place in {@link MODEL_KINDS}. */
export type ModelKind = 0 | 1 | 2 | 3;
