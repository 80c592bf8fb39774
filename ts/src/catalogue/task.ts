import type { Splits, TaskFacts, TaskName } from '../domain/task.js';

/** A task that the catalogue knows: where its data comes from, and what is known of it. */
export interface CatalogueTask {
  readonly name: TaskName;
  readonly title: string;
  /** The papers' benchmark that the task belongs to; null for those of neither paper (method §8). */
  readonly benchmark: string | null;
  readonly data: CatalogueData;
  readonly splits: Splits;
  readonly facts: TaskFacts;
  /** As stored: the side in pixels, before the model's own image size. */
  readonly image: { readonly size: number; readonly channels: 1 | 3 };
  readonly homepage: string;
  readonly licence: string;
  /** What to do when the data is not there; completes "to obtain it, …". */
  readonly obtain: string;
}

/** The kind of a task's data and where to look for it; `locate` turns it into a source. */
export type CatalogueData =
  | { readonly kind: 'digits' }
  | {
      readonly kind: 'idx';
      /** Looked at in turn, before `$MU2NET_DATA/<task>`. */
      readonly places: readonly Place[];
      /** Names of the files of each base split; `.gz` may follow. */
      readonly files: Readonly<
        Record<string, { readonly images: string; readonly labels: string }>
      >;
    };

export type Place =
  | { readonly kind: 'package'; readonly name: string; readonly folder: string }
  | { readonly kind: 'folder'; readonly path: string };
