import type { PathId } from '../../domain/path.js';
import type { TaskName } from '../../domain/task.js';

/**
 * Predictions of a task's model on its whole test split. A worker computes them when a page asks:
 * `/api/runs/<run>/tasks/<task>/examination/events` starts that, or joins it, and sends
 * {@link ExaminationEvents}. The server keeps them in memory;
 * `/api/runs/<run>/tasks/<task>/examination` is `null` until they are there.
 */
export interface Examination {
  readonly run: string;
  readonly task: TaskName;
  readonly pathId: PathId;
  readonly total: number;
  readonly correct: number;
  /** Names of the classes in the order of labels; their numbers if they have no names. */
  readonly classNames: readonly string[];
  /** The confusion matrix: the cells that are not 0, by label, then by prediction. */
  readonly cells: readonly ConfusionCell[];
  /** Wrong predictions, the most confident one first. */
  readonly mistakes: readonly Mistake[];
}

/** Images of one class that got the same prediction. */
export interface ConfusionCell {
  readonly label: number;
  readonly predicted: number;
  readonly count: number;
}

/** An image that the model classified wrongly. */
export interface Mistake {
  /** Its place in the test split, from 0. */
  readonly index: number;
  readonly label: number;
  readonly predicted: number;
  /** The model's probability of the predicted class, in [0, 1]. */
  readonly probability: number;
  /** The model's probability of the label, in [0, 1]. */
  readonly labelProbability: number;
  /** The image as a `data:` URL. */
  readonly image: string;
}

/** The events of an examination in progress, by type; after `done` or `failed`, close the source. */
export interface ExaminationEvents {
  readonly progress: {
    /** Workers are started, or predictions are computed. */
    readonly phase: 'starting worker' | 'predicting';
    /** Seconds since the examination began. */
    readonly seconds: number;
  };
  readonly done: Examination;
  readonly failed: { readonly code: string; readonly message: string };
}
