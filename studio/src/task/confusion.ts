import type { Examination } from '../../../ts/src/studio/documents/examination.js';

/** A confusion matrix that can be drawn: rows are labels, columns are predictions. */
export interface Confusion {
  readonly names: readonly string[];
  /** Images of each label. */
  readonly totals: readonly number[];
  /** `counts[label][predicted]`. */
  readonly counts: readonly (readonly number[])[];
}

/** A label that a model takes for another one. */
export interface Confused {
  readonly label: string;
  readonly predicted: string;
  readonly count: number;
  /** Fraction of the images of the label. */
  readonly ofLabel: number;
}

/** Fills the matrix of an examination. */
export function confusionOf({ classNames, cells }: Examination): Confusion {
  const counts = classNames.map(() => classNames.map(() => 0));
  for (const { label, predicted, count } of cells) {
    const row = counts[label];
    if (row) row[predicted] = count;
  }
  const totals = counts.map((row) => row.reduce((a, b) => a + b, 0));
  return { names: classNames, totals, counts };
}

/** Returns the confusions of two classes, the most frequent one first. */
export function mostConfused(
  { names, totals, counts }: Confusion,
  most: number,
): readonly Confused[] {
  return counts
    .flatMap((row, label) =>
      row.flatMap((count, predicted): Confused[] => {
        if (label === predicted || count === 0) return [];
        const [name = '', other = ''] = [names[label], names[predicted]];
        return [{ label: name, predicted: other, count, ofLabel: count / (totals[label] || 1) }];
      }),
    )
    .sort((a, b) => b.count - a.count)
    .slice(0, most);
}
