import type { Splits, TaskName } from '../../domain/task.js';
import type { LeaderboardRow } from '../../views/leaderboard.js';
import type { ComparedResult } from '../../views/report.js';
import type { ShownPath } from '../../views/show.js';

/**
 * `/api/runs/<run>/tasks/<task>`: a task, its model, and what that shares. Its children are in
 * `ChildColumns`.
 */
export interface TaskDocument {
  readonly run: string;
  readonly task: TaskName;
  /** Whether no other task may take its model as a parent. */
  readonly isPrivate: boolean;
  /** Kind of the source of its images, such as `idx` or `folder`. */
  readonly source: string;
  readonly splits: Splits;
  readonly examples: Readonly<Record<keyof Splits, number>>;
  readonly numClasses: number;
  /** In the order of labels; null if they are not known. */
  readonly classNames: readonly string[] | null;
  /** null until a child of the task was retained. */
  readonly model: {
    readonly row: LeaderboardRow;
    /** Components, hyperparameters and lineage. */
    readonly shown: ShownPath;
    /** Other tasks with which the model shares components, most first. */
    readonly shares: readonly TaskShare[];
    /** Results that the papers report, if the data is theirs. */
    readonly published: readonly ComparedResult[];
  } | null;
}

/** The part that the models of two tasks share. */
export interface TaskShare {
  /** The other task. */
  readonly task: TaskName;
  readonly parameterCount: number;
  /** Fraction of the parameters of this task's model. */
  readonly ofThis: number;
  /** Fraction of the parameters of the other task's model. */
  readonly ofOther: number;
}
