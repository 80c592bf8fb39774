import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { TfdsDataset } from '../domain/task.js';

/** What TFDS has prepared of a data set in a folder. */
export type Prepared =
  | { readonly state: 'absent'; readonly folder: string }
  /** Something is there that cannot be used. */
  | { readonly state: 'broken'; readonly folder: string; readonly problem: string }
  | { readonly state: 'complete'; readonly folder: string };

/** The part of TFDS's dataset_info.json that is read here; numbers are written as text. */
interface DatasetInfo {
  readonly name: string;
  readonly fileFormat?: string;
  readonly splits: readonly SplitInfo[];
}

interface SplitInfo {
  readonly name: string;
  readonly shardLengths: readonly string[];
}

/**
 * Whether a data set is prepared: its description is there, each base split that is asked for holds
 * as many examples as it should, and each of its files is there and holds something.
 *
 * @param directory TFDS's folder
 * @param sizes examples of each base split that is needed
 */
export function prepared(
  directory: string,
  { name, version }: TfdsDataset,
  sizes: Readonly<Record<string, number>>,
): Prepared {
  const [latest] = versionsIn(join(directory, name), version);
  if (latest === undefined) return { state: 'absent', folder: join(directory, name, version) };
  const folder = join(directory, name, latest);
  const problem = problemOf(folder, sizes);
  return problem === undefined
    ? { state: 'complete', folder }
    : { state: 'broken', folder, problem };
}

/** Versions of a data set that are there and match `3.0.1` or `3.*.*`, the latest first. */
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
  const info = infoOf(folder);
  if (!info) return 'dataset_info.json is missing or unreadable';
  for (const [split, size] of Object.entries(sizes)) {
    const shards = info.splits.find(({ name }) => name === split)?.shardLengths;
    if (!shards) return `split ${split} is missing`;
    const examples = shards.reduce((sum, length) => sum + Number(length), 0);
    if (examples !== size) return `split ${split} has ${examples} examples where ${size} belong`;
    const format = info.fileFormat ?? 'tfrecord';
    const absent = shards
      .map((_, at) => `${info.name}-${split}.${format}-${shard(at)}-of-${shard(shards.length)}`)
      .find((file) => !holdsSomething(join(folder, file)));
    if (absent !== undefined) return `file ${absent} is missing or empty`;
  }
  return undefined;
}

function infoOf(folder: string): DatasetInfo | undefined {
  try {
    const info = JSON.parse(readFileSync(join(folder, 'dataset_info.json'), 'utf8')) as DatasetInfo;
    return info.splits.every(({ shardLengths }) => Array.isArray(shardLengths)) ? info : undefined;
  } catch {
    return undefined;
  }
}

const shard = (at: number) => String(at).padStart(5, '0');

function holdsSomething(file: string): boolean {
  return (statSync(file, { throwIfNoEntry: false })?.size ?? 0) > 0;
}
