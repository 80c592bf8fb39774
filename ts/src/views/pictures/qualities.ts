import type { PathId } from '../../domain/path.js';
import type { TaskName } from '../../domain/task.js';
import type { ChildRow } from '../children.js';

/** A child's best validation. */
export interface ChildQuality {
  readonly pathId: PathId;
  readonly task: TaskName;
  /** Task iteration of the system's history; counts from 0. */
  readonly iteration: number;
  /** Its best validation accuracy, in [0, 1]; null if it was never validated. */
  readonly quality: number | null;
  readonly retained: boolean;
}

/** Returns the best validation of every child, oldest first. */
export function qualitiesOf(children: readonly ChildRow[]): readonly ChildQuality[] {
  return children.map(({ pathId, task, iteration, qualities, retained }) => {
    const quality = qualities.length === 0 ? null : Math.max(...qualities);
    return { pathId, task, iteration, quality, retained };
  });
}
