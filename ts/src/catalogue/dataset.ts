import type { TfdsDataset } from '../domain/task.js';

/** What TensorFlow Datasets and the authors of a data set say of it. */
export interface Dataset extends TfdsDataset {
  readonly title: string;
  /** Examples of each base split that has labels. */
  readonly sizes: Readonly<Record<string, number>>;
  readonly classes: number;
  readonly image: ImageFacts;
  readonly homepage: string;
  /** null where its authors' terms could not be ascertained. */
  readonly licence: string | null;
  readonly obtain: Obtain;
}

/** Images as stored, before the model's own image size. */
export interface ImageFacts {
  /** Height and width in pixels; null when images differ. */
  readonly size: readonly [height: number, width: number] | null;
  readonly channels: 1 | 3;
}

/** How a data set comes to a machine. */
export type Obtain =
  /** TFDS downloads it. */
  | { readonly kind: 'automatic' }
  /** A person fetches files into TFDS's manual folder, then TFDS prepares them. */
  | { readonly kind: 'manual'; readonly instructions: string }
  /** TFDS cannot prepare it any more. */
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

/** Images of one size, square unless a width is given, of three channels unless one is. */
export const sized = (
  height: number,
  { width = height, channels = 3 }: { width?: number; channels?: 1 | 3 } = {},
): ImageFacts => ({ size: [height, width], channels });

/** Images of many sizes. */
export const ANY_SIZE: ImageFacts = { size: null, channels: 3 };
