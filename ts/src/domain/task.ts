/** The name of a task, unique in a system. */
export type TaskName = string;

/** Where a task's images come from; base splits are named, and sliced by {@link Splits}. */
export type DataSource =
  | { readonly kind: 'idx'; readonly files: Readonly<Record<string, IdxFiles>> }
  | { readonly kind: 'digits' }
  | { readonly kind: 'folder'; readonly path: string }
  | { readonly kind: 'npz'; readonly path: string }
  | { readonly kind: 'webdataset'; readonly path: string }
  | TableSource
  | TfdsSource;

/** Rows with an image and a label, in the columns of these names. */
export interface TableSource {
  readonly kind: 'parquet' | 'huggingface';
  readonly path: string;
  readonly image: string;
  readonly label: string;
}

/** Data sets that TensorFlow Datasets has prepared in `directory`. */
export interface TfdsSource extends TfdsDataset {
  readonly kind: 'tfds';
  readonly directory: string;
  /** Further data sets of the same classes, whose base splits are called `<name>:<split>`. */
  readonly others: readonly TfdsDataset[];
  /** Feature that holds the image. */
  readonly image: string;
  readonly label: TfdsLabel;
}

/** A data set of TensorFlow Datasets. */
export interface TfdsDataset {
  /** With its config, if any: `emnist/digits`. */
  readonly name: string;
  /** `3.0.1`, or the latest prepared one of `3.*.*`. */
  readonly version: string;
}

/** The label of an example: a feature of it, or what VTAB makes of it. */
export type TfdsLabel =
  | { readonly kind: 'key'; readonly key: string }
  | { readonly kind: 'vtab'; readonly task: VtabTask };

/** Tasks whose labels VTAB derives from other features. */
export const VTAB_TASKS = [
  'clevr/closest_object_distance',
  'clevr/count_all',
  'clevr/count_cylinders',
  'dsprites/label_orientation',
  'dsprites/label_x_position',
  'kitti/closest_object_distance',
  'kitti/closest_vehicle_distance',
  'kitti/count_vehicles',
] as const;

/** A task whose label VTAB derives from other annotations. */
export type VtabTask = (typeof VTAB_TASKS)[number];

/** One base split of an IDX dataset: absolute paths, gzipped or not. */
export interface IdxFiles {
  readonly images: string;
  readonly labels: string;
}

/** Slices of base splits in TFDS syntax, for example `train[5%:]` or `a[:10]+b[:10]`. */
export interface Splits {
  readonly train: string;
  readonly validation: string;
  readonly test: string;
}

/** What the controller must know of a task's data to plan its training. */
export interface TaskFacts {
  readonly numClasses: number;
  readonly examples: Readonly<Record<keyof Splits, number>>;
}

/** An image-classification task. */
export interface Task {
  readonly name: TaskName;
  /** A private task may use others' components, but no other task may take its path as a parent. */
  readonly isPrivate: boolean;
  readonly source: DataSource;
  readonly splits: Splits;
  /** In the order of labels, when the task was learned; left out where they have none. */
  readonly classNames?: readonly string[];
  readonly facts: TaskFacts;
}

/** How many batches a child of a task trains on between validations, and what a validation covers. */
export interface Budget {
  readonly batchSize: number;
  readonly batchesBetweenValidations: number;
  readonly validations: number;
  readonly validationBatchSize: number;
  readonly validationBatches: number;
}
