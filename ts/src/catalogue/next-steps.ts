import { join } from 'node:path';
import type { TfdsDataset } from '../domain/task.js';
import { dataFolders, type Located } from './locate.js';
import type { CatalogueTask } from './task.js';

/** What is at hand to obtain data with. */
export interface Tools {
  /** The interpreter to prepare data sets with. */
  readonly python: string;
  /** The command that installs TFDS; null when it is installed. */
  readonly installTfds: string | null;
}

/** What to do first where a task's data is not there; completes "to obtain it, …". */
export function firstStep({ name, data }: CatalogueTask): string {
  return data.kind === 'tfds' && data.idx
    ? data.idx.obtain
    : `see 'npx mu2net tasks doctor ${name}'`;
}

/** What to do, in order, for a task's data to be ready; nothing when it is. */
export function nextSteps(
  { data, obtain }: CatalogueTask,
  { missing, damaged, unprepared }: Located,
  { python, installTfds }: Tools,
  { tfds: directory } = dataFolders(),
): readonly string[] {
  if (missing === null) return [];
  if (obtain.kind === 'setup') return [obtain.instructions];
  if (data.kind === 'tfds' && data.idx && damaged === null) return [data.idx.obtain];
  const prepare = [
    ...(installTfds === null ? [] : [`run ${installTfds}`]),
    ...unprepared.map((dataset) => `run ${prepareCommand(python, dataset)}`),
  ];
  if (damaged !== null) return [`remove ${damaged}`, ...prepare];
  switch (obtain.kind) {
    case 'automatic':
      return prepare;
    case 'manual':
      return [`${obtain.instructions} (${join(directory, 'downloads', 'manual')})`, ...prepare];
    case 'broken':
      return [`${obtain.problem}: ${obtain.remedy}`];
  }
}

/** Has TFDS download and prepare a data set, in a format that is read without TensorFlow. */
function prepareCommand(python: string, { name, version }: TfdsDataset): string {
  const builder = `tfds.builder('${name}:${version}', file_format='array_record')`;
  return `${python} -c "import tensorflow_datasets as tfds; ${builder}.download_and_prepare()"`;
}
