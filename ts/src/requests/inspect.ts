import type { RequestOf } from '../../../protocol/index.js';
import type { Task } from '../domain/task.js';

/** Builds the part of a request that describes a task. `numClasses` null takes it from the data. */
export function taskRequest(
  task: Pick<Task, 'name' | 'source' | 'splits'>,
  numClasses: number | null,
): RequestOf<'inspect'>['task'] {
  return {
    name: task.name,
    source: task.source as RequestOf<'inspect'>['task']['source'],
    splits: task.splits,
    numClasses,
  };
}

/** Builds the request that counts the examples and classes of a task. */
export function inspectRequest(
  task: Pick<Task, 'name' | 'source' | 'splits'>,
  numClasses: number | null,
): RequestOf<'inspect'> {
  return { kind: 'inspect', task: taskRequest(task, numClasses) };
}
