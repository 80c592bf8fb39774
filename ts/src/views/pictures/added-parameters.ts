import type { TaskName } from '../../domain/task.js';
import type { SystemPicture } from '../picture.js';

/** The accuracy of a task's model, and what the task added to the system. */
export interface AddedParameters {
  readonly task: TaskName;
  /** Parameters of its model that were trained for this task. */
  readonly added: number;
  /** Parameters of its model. */
  readonly parameterCount: number;
  /** Top-1 on the whole test split, in [0, 1]; null until it is evaluated. */
  readonly testAccuracy: number | null;
}

/** Returns what each task added, in the order in which the tasks were learned. */
export function addedParametersOf({ rows }: SystemPicture): readonly AddedParameters[] {
  return rows.flatMap(({ task, cells, parameterCount, testAccuracy }) => {
    if (task === null) return [];
    const own = cells.flatMap((cell) => (cell?.owner === task ? [cell.parameterCount] : []));
    return [{ task, added: own.reduce((a, b) => a + b, 0), parameterCount, testAccuracy }];
  });
}
