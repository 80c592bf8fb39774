import type { TaskName } from '../domain/task.js';
import { digits } from './digits.js';
import { fashionMnist, mnist } from './mnist.js';
import type { CatalogueTask } from './task.js';

const TASKS: ReadonlyMap<TaskName, CatalogueTask> = new Map(
  [mnist, digits, fashionMnist].map((task) => [task.name, task]),
);

/** The catalogue's task of that name; undefined when it has none. */
export function catalogueTask(name: TaskName): CatalogueTask | undefined {
  return TASKS.get(name);
}

/** Names of all tasks that need no definition of their own. */
export function catalogueNames(): readonly TaskName[] {
  return [...TASKS.keys()];
}

export { locate, missingData, tfdsDirectory } from './locate.js';
export { defaultSplits } from './splits.js';
export type { CatalogueTask } from './task.js';
