import { isDeepStrictEqual } from 'node:util';
import type { TaskSpec } from '../domain/experiment.js';
import type { Task } from '../domain/task.js';

/**
 * Finds the task that a specification describes, whatever its data holds; undefined when none of
 * the tasks is it. Splits that are not chosen yet agree with any.
 */
export function knownTask(spec: TaskSpec, tasks: readonly Task[]): Task | undefined {
  return tasks.find((task) =>
    isDeepStrictEqual(
      identityOf(task),
      identityOf({ ...spec, splits: spec.splits ?? task.splits }),
    ),
  );
}

const identityOf = ({ facts, classNames, ...identity }: TaskSpec) => identity;
