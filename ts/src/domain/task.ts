/** Name of a task, unique in a system. */
export type TaskName = string;

/** Origin of a task's images. It provides named base splits, which {@link Splits} slices. */
export type DataSource =
  | { readonly kind: 'idx'; readonly files: Readonly<Record<string, IdxFiles>> }
  | { readonly kind: 'digits' }
  | { readonly kind: 'folder'; readonly path: string }
  | { readonly kind: 'npz'; readonly path: string }
  | { readonly kind: 'webdataset'; readonly path: string }
  | TableSource
  | TfdsSource;

/** A table whose rows have an image and a label, in the named columns. */
export interface TableSource {
  readonly kind: 'parquet' | 'huggingface';
  readonly path: string;
  readonly image: string;
  readonly label: string;
}

/** A data set that TensorFlow Datasets prepared in `directory`. */
export interface TfdsSource extends TfdsDataset {
  readonly kind: 'tfds';
  readonly directory: string;
  /** Additional data sets with the same classes; their base splits are named `<name>:<split>`. */
  readonly others: readonly TfdsDataset[];
  /** Feature that holds the image. */
  readonly image: string;
  readonly label: TfdsLabel;
}

/** A data set in the catalogue of TensorFlow Datasets. */
export interface TfdsDataset {
  /** Name, with the config if there is one: `emnist/digits`. */
  readonly name: string;
  /** Exact version such as `3.0.1`; a pattern such as `3.*.*` means the latest prepared version. */
  readonly version: string;
}

/** The label of an example: a feature of it, or a label that VTAB computes from other features. */
export type TfdsLabel =
  | { readonly kind: 'key'; readonly key: string }
  /** The protocol lists the tasks of VTAB whose labels are computed. */
  | { readonly kind: 'vtab'; readonly task: TaskName };

/** Absolute paths of one base split of an IDX data set; the files may be gzipped. */
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

/** Facts about a task's data that the controller needs to plan its training. */
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
  /** Names of the classes in the order of labels, when the task was learned; absent if unknown. */
  readonly classNames?: readonly string[];
  readonly facts: TaskFacts;
}

/** Number and size of the batches with which a child is trained and validated (method §5). */
export interface Budget {
  readonly batchSize: number;
  readonly batchesBetweenValidations: number;
  readonly validations: number;
  readonly validationBatchSize: number;
  readonly validationBatches: number;
}
