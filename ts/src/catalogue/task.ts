import { defaultSplits } from '../data/default-splits.js';
import { countSplits } from '../data/slices.js';
import type { Splits, TaskFacts, TaskName, TfdsDataset, TfdsLabel } from '../domain/task.js';
import type { Dataset, ImageFacts, Obtain } from './dataset.js';

/** The benchmarks of the papers; `extra` has the tasks that µ2Net+ adds (method §8). */
export const PAPER_BENCHMARKS = ['vit', 'vtab-full', 'chars', 'vdd', 'vtab-1k', 'extra'] as const;

/** All benchmarks: those of the papers, and `scripts`, which comes with this package. */
export const BENCHMARKS = [...PAPER_BENCHMARKS, 'scripts'] as const;

/** A set of tasks to evaluate on. */
export type Benchmark = (typeof BENCHMARKS)[number];

export const BENCHMARK_TITLES: Readonly<Record<Benchmark, string>> = {
  vit: 'ViT',
  'vtab-full': 'VTAB, full',
  chars: 'Characters',
  vdd: 'Visual Domain Decathlon',
  'vtab-1k': 'VTAB-1k',
  extra: 'Added by µ2Net+',
  scripts: 'Scripts',
};

/** A task of the catalogue: its data, splits and facts. */
export interface CatalogueTask {
  readonly name: TaskName;
  readonly title: string;
  /** null for a task that is in neither paper. */
  readonly benchmark: Benchmark | null;
  readonly data: CatalogueData;
  readonly splits: Splits;
  readonly facts: TaskFacts;
  /** Names of the classes in the order of labels, where they are published; absent otherwise. */
  readonly classNames?: readonly string[];
  readonly image: ImageFacts;
  readonly homepage: string;
  /** null when the terms of its authors are not known. */
  readonly licence: string | null;
  readonly obtain: Obtain;
}

/** The kind of a task's data and where it may be; `locateTask` turns it into a source. */
export type CatalogueData = { readonly kind: 'digits' } | BoxData | TfdsData;

/** A NumPy archive that comes with this package. */
export interface BoxData {
  readonly kind: 'box';
  /** Name of the file in the folder `box/`. */
  readonly file: string;
}

/** Data sets that TFDS prepares. */
export interface TfdsData {
  readonly kind: 'tfds';
  readonly dataset: TfdsDataset;
  /** Further data sets of the same classes, for other splits. */
  readonly others: readonly TfdsDataset[];
  readonly label: TfdsLabel;
  /** Examples of the base splits that the task uses; those of `others` are `<name>:<split>`. */
  readonly sizes: Readonly<Record<string, number>>;
  /** Files of the data set's authors that can be used instead; null when they cannot be read. */
  readonly idx: IdxData | null;
}

/** Files in the format of MNIST, a pair for each base split. */
export interface IdxData {
  /** Searched in this order, before `$MU2NET_DATA/<task>`. */
  readonly places: readonly Place[];
  /** Names of the files; `.gz` may follow. */
  readonly files: Readonly<Record<string, { readonly images: string; readonly labels: string }>>;
  /** The step to take when they are absent; completes "to obtain it, …". */
  readonly obtain: string;
}

/** Where a task's data is looked for on this machine. */
export type Place =
  | { readonly kind: 'package'; readonly name: string; readonly folder: string }
  | { readonly kind: 'folder'; readonly path: string };

/** The differences of a task from the plain task on its data set. */
export interface TaskOptions {
  readonly name?: TaskName;
  readonly title?: string;
  readonly label?: string | TfdsLabel;
  readonly classes?: number;
  readonly splits?: Splits;
  readonly others?: readonly Dataset[];
  readonly idx?: IdxData;
}

/** A task on the classes of a data set; without given splits they are the default of method §8. */
export function taskOf(
  benchmark: Benchmark,
  dataset: Dataset,
  { name, title, label = 'label', classes, splits, others = [], idx }: TaskOptions = {},
): CatalogueTask {
  const taskName = name ?? dataset.name;
  const cut = splits ?? defaultSplits(Object.keys(dataset.sizes));
  if (!cut) throw new Error(`${taskName} has nothing to train on`);
  const sizes = {
    ...dataset.sizes,
    ...Object.fromEntries(
      others.flatMap((other) =>
        Object.entries(other.sizes).map(([split, size]) => [`${other.name}:${split}`, size]),
      ),
    ),
  };
  const { homepage, licence, image, obtain, classNames } = dataset;
  return {
    name: taskName,
    title: title ?? dataset.title,
    benchmark,
    data: {
      kind: 'tfds',
      dataset: { name: dataset.name, version: dataset.version },
      others: others.map(({ name: other, version }) => ({ name: other, version })),
      label: typeof label === 'string' ? { kind: 'key', key: label } : label,
      sizes,
      idx: idx ?? null,
    },
    splits: cut,
    facts: { numClasses: classes ?? dataset.classes, examples: countSplits(cut, sizes) },
    // A label of its own has other classes.
    ...(classNames && label === 'label' && { classNames }),
    image,
    homepage,
    licence,
    obtain,
  };
}
