export type TaskName = string;

/** Where a task's images come from; base splits are named, and sliced by {@link Splits}. */
export type DataSource =
  | { readonly kind: 'idx'; readonly files: Readonly<Record<string, IdxFiles>> }
  | { readonly kind: 'digits' }
  | { readonly kind: 'folder'; readonly path: string }
  | { readonly kind: 'npz'; readonly path: string };

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
