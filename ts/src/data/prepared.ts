import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TfdsDataset } from '../domain/task.js';

/** A data set in a folder of TensorFlow Datasets (TFDS). */
export type PreparedDataset =
  | { readonly state: 'absent'; readonly folder: string }
  /** It is there and cannot be used. */
  | { readonly state: 'damaged'; readonly folder: string; readonly problem: string }
  | { readonly state: 'prepared'; readonly folder: string };

/** The part of TFDS's dataset_info.json that is read here; numbers are written as text. */
interface DatasetInfo {
  readonly splits: readonly {
    readonly name: string;
    /** Examples of each file; left out for an empty split. */
    readonly shardLengths?: readonly string[];
  }[];
}

/**
 * Finds a data set that TFDS has prepared, and checks that its description has as many examples as
 * expected in each base split.
 *
 * Only the description is read, because TFDS writes it last, into a folder that it then renames: a
 * folder with a description has all files. The sidecar checks the files when it opens them.
 *
 * @param directory folder of TFDS
 * @param sizes expected number of examples of each base split that is needed
 */
export function findPrepared(
  directory: string,
  { name, version }: TfdsDataset,
  sizes: Readonly<Record<string, number>>,
): PreparedDataset {
  const [latest] = versionsIn(join(directory, name), version);
  if (latest === undefined) return { state: 'absent', folder: join(directory, name, version) };
  const folder = join(directory, name, latest);
  const problem = problemOf(folder, sizes);
  return problem === undefined
    ? { state: 'prepared', folder }
    : { state: 'damaged', folder, problem };
}

/** Versions of a data set in its folder that match `3.0.1` or `3.*.*`, the latest first. */
function versionsIn(folder: string, wanted: string): readonly string[] {
  const pattern = new RegExp(`^${wanted.replaceAll('.', '\\.').replaceAll('*', '\\d+')}$`);
  try {
    return readdirSync(folder)
      .filter((name) => pattern.test(name))
      .sort((a, b) => b.localeCompare(a, 'en', { numeric: true }));
  } catch {
    return [];
  }
}

function problemOf(folder: string, sizes: Readonly<Record<string, number>>): string | undefined {
  const counts = examplesIn(folder);
  if (!counts) return 'dataset_info.json is missing or unreadable';
  for (const [split, size] of Object.entries(sizes)) {
    const examples = counts.get(split);
    if (examples === undefined) return `split ${split} is missing`;
    if (examples !== size) return `split ${split} has ${examples} examples where ${size} belong`;
  }
  return undefined;
}

/** Number of examples of each base split; undefined when the description cannot be read. */
function examplesIn(folder: string): ReadonlyMap<string, number> | undefined {
  try {
    const info = JSON.parse(readFileSync(join(folder, 'dataset_info.json'), 'utf8')) as DatasetInfo;
    return new Map(
      info.splits.map(({ name, shardLengths = [] }) => [
        name,
        shardLengths.reduce((sum, length) => sum + Number(length), 0),
      ]),
    );
  } catch {
    return undefined;
  }
}
