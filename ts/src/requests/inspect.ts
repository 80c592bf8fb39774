import type { RequestOf } from '../../../protocol/index.js';
import type { TaskSpec } from '../domain/experiment.js';
import type { DataSource, Task } from '../domain/task.js';

type TaskRequest = RequestOf<'train'>['task'];

/** Builds the part of a request that describes a task. `numClasses` null takes it from the data. */
export function taskRequest(
  { name, source, splits }: Pick<Task, 'name' | 'source' | 'splits'>,
  numClasses: number | null,
): TaskRequest {
  return { name, source: sourceRequest(source), splits, numClasses };
}

/** Builds the request that opens the data of a task and counts its classes and examples. */
export function inspectRequest({ name, source, splits, facts }: TaskSpec): RequestOf<'inspect'> {
  const numClasses = facts?.numClasses ?? null;
  return { kind: 'inspect', task: { name, source: sourceRequest(source), splits, numClasses } };
}

/** Returns a source as the wire has it, whose schema infers mutable lists. */
export const sourceRequest = (source: DataSource) => source as TaskRequest['source'];
