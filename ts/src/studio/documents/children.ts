import type { PathId } from '../../domain/path.js';
import type { TaskName } from '../../domain/task.js';

/**
 * `/api/runs/<run>/children`: the children of a branch, oldest first, column by column, because so
 * 10 000 of them are small. Fractions are rounded to five digits; `/api/runs/<run>/children/<path>`
 * has a child in full, as a `ChildRow`. The query `since=<path>` leaves out earlier children.
 */
export interface ChildColumns {
  readonly run: string;
  /**
   * Names the history that the children belong to. While it stays the same, a page may add what
   * comes `since` the last child; otherwise it has to read all children again.
   */
  readonly history: string;
  /** Names that `task` counts in, from 0, in the order in which the tasks were learned. */
  readonly tasks: readonly TaskName[];
  /** Names that `worker` counts in, from 0. */
  readonly workers: readonly string[];
  readonly pathId: readonly PathId[];
  readonly parentId: readonly PathId[];
  readonly task: readonly number[];
  /** Task iteration of the system's history; counts from 0. */
  readonly iteration: readonly number[];
  /** Generation of the task iteration; counts from 0. */
  readonly generation: readonly number[];
  /** Validation accuracy at each validation, in [0, 1]: the learning curve. */
  readonly qualities: readonly (readonly number[])[];
  /** Score when it was retained; null for a child that was not retained. */
  readonly score: readonly (number | null)[];
  /** Lowest quality at which it would be retained; null if any quality was enough. */
  readonly qualityBar: readonly (number | null)[];
  readonly retained: readonly boolean[];
  /** Whether its training ended early. */
  readonly failed: readonly boolean[];
  /** Seconds of training and validation; 0 for a child whose training failed. */
  readonly trainSeconds: readonly number[];
  /** -1 in records of earlier versions, which do not name the worker. */
  readonly worker: readonly number[];
  readonly parameterCount: readonly number[];
  /** Parameters of the components that it trained; the others stayed frozen. */
  readonly trainedParameterCount: readonly number[];
  /** The hyperparameters that differ between children, by name. */
  readonly hyperparameters: Readonly<Record<string, readonly HyperparameterValue[]>>;
}

/** A value of a hyperparameter; a list is written as text. */
export type HyperparameterValue = number | string | boolean | null;
