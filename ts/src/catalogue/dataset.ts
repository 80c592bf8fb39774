import type { TfdsDataset } from '../domain/task.js';

/** A data set as TensorFlow Datasets and its authors describe it. */
export interface Dataset extends TfdsDataset {
  readonly title: string;
  /** Examples of each base split that has labels. */
  readonly sizes: Readonly<Record<string, number>>;
  readonly classes: number;
  /** Published names of the classes in the order of labels; absent if there are none. */
  readonly classNames?: readonly string[];
  readonly image: ImageFacts;
  readonly homepage: string;
  /** null when the terms of its authors are not known. */
  readonly licence: string | null;
  readonly obtain: Obtain;
}

/** The images as they are stored. */
export interface ImageFacts {
  /** Height and width in pixels; null when the images have many sizes. */
  readonly size: readonly [height: number, width: number] | null;
  readonly channels: 1 | 3;
}

/** How a data set comes to a machine. */
export type Obtain =
  /** TFDS downloads it. */
  | { readonly kind: 'automatic' }
  /** A person fetches files into TFDS's manual folder, then TFDS prepares them. */
  | { readonly kind: 'manual'; readonly instructions: string }
  /** TFDS can no longer prepare it. */
  | { readonly kind: 'broken'; readonly problem: string; readonly remedy: string }
  /** It comes with the set-up. */
  | { readonly kind: 'setup'; readonly instructions: string };

export const AUTOMATIC: Obtain = { kind: 'automatic' };

export const manual = (instructions: string): Obtain => ({ kind: 'manual', instructions });

export const broken = (problem: string, remedy: string): Obtain => ({
  kind: 'broken',
  problem,
  remedy,
});

/** Images of one size; they are square and have three channels unless the options say otherwise. */
export const sized = (
  height: number,
  { width = height, channels = 3 }: { width?: number; channels?: 1 | 3 } = {},
): ImageFacts => ({ size: [height, width], channels });

/** Images of many sizes. */
export const ANY_SIZE: ImageFacts = { size: null, channels: 3 };
