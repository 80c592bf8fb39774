import { join } from 'node:path';
import { dataFolders, type Located } from './locate.js';
import type { CatalogueTask } from './task.js';

/** Returns the first step when a task's data is absent; completes "to obtain it, …". */
export function firstStep({ name, data, obtain }: CatalogueTask): string {
  if (data.kind === 'tfds' && data.idx) return data.idx.obtain;
  return obtain.kind === 'automatic'
    ? `run '${prepareCommand(name)}'`
    : `see 'npx mu2net tasks doctor ${name}'`;
}

/** The steps, in order, that make a task's data ready; empty when it is ready. */
export function nextSteps(
  { name, data, obtain }: CatalogueTask,
  found: Located,
  { tfds: directory } = dataFolders(),
): readonly string[] {
  if (found.missing === null) return [];
  if (obtain.kind === 'setup') return [obtain.instructions];
  if (data.kind === 'tfds' && data.idx && found.damaged === null) return [data.idx.obtain];
  const prepare = preparingSteps(found, prepareCommand(name));
  if (found.damaged !== null) return prepare;
  switch (obtain.kind) {
    case 'automatic':
      return prepare;
    case 'manual':
      return [`${obtain.instructions} (${join(directory, 'downloads', 'manual')})`, ...prepare];
    case 'broken':
      return [`${obtain.problem}: ${obtain.remedy}`];
  }
}

/** The steps that replace absent or damaged data of TFDS by running a command. */
export function preparingSteps(
  { damaged }: Pick<Located, 'damaged'>,
  command: string,
): readonly string[] {
  return [...(damaged === null ? [] : [`remove ${damaged}`]), `run ${command}`];
}

/** The command that prepares the data of a task of the catalogue or of a configuration. */
export function prepareCommand(task: string, config?: string): string {
  return `npx mu2net tasks prepare ${task}${config === undefined ? '' : ` --config ${config}`}`;
}
