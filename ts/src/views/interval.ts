import type { Disagreement } from './disagreement.js';

/** A number of successes among independent trials. */
export interface Proportion {
  readonly correct: number;
  readonly total: number;
}

/** Bounds of a confidence interval, lower one first. */
export type Interval = readonly [lower: number, upper: number];

/** Two-sided 95 % quantile of the normal distribution. */
const Z = 1.959963984540054;

/** Returns the 95 % score interval of a proportion (Wilson 1927). */
export function wilson({ correct, total }: Proportion, z = Z): Interval {
  const p = correct / total;
  const z2 = z * z;
  const centre = (p + z2 / (2 * total)) / (1 + z2 / total);
  const half = (z / (1 + z2 / total)) * Math.sqrt((p * (1 - p)) / total + z2 / (4 * total * total));
  // Rounding must not move a bound past the proportion or out of [0, 1].
  return [Math.max(0, Math.min(p, centre - half)), Math.min(1, Math.max(p, centre + half))];
}

/**
 * Returns the 95 % interval of b − a for two independent proportions (Newcombe 1998, method 10),
 * which combines their score intervals. It is too wide for two models that err on the same examples
 * of one test set; {@link tango} is the interval for that case.
 */
export function newcombe(a: Proportion, b: Proportion, z = Z): Interval {
  const [p, q] = [a.correct / a.total, b.correct / b.total];
  const [[lowA, highA], [lowB, highB]] = [wilson(a, z), wilson(b, z)];
  const difference = q - p;
  return [
    difference - Math.hypot(q - lowB, highA - p),
    difference + Math.hypot(highB - q, p - lowA),
  ];
}

/**
 * Returns the 95 % interval of the difference of two proportions on the same examples, the other's
 * minus the first's (Tango 1998, Statistics in Medicine 17:891): the differences that the score
 * test does not reject. Examples on which both agree matter only by their number. At a difference
 * of zero the test is McNemar's.
 */
export function tango({ onlyFirst, onlyOther }: Disagreement, total: number, z = Z): Interval {
  return [-tangoUpper(onlyFirst, onlyOther, total, z), tangoUpper(onlyOther, onlyFirst, total, z)];
}

/** Returns the upper bound of (more − less) / n, where the falling score statistic reaches −z. */
function tangoUpper(more: number, less: number, n: number, z: number): number {
  const isRefuted = (difference: number) => {
    const spread = difference * (1 - difference);
    // Maximum-likelihood share q of the examples that count for `less`, given the difference:
    // 2n q² + b q = c.
    const b = (2 * n - more + less) * difference - more - less;
    const c = less * spread;
    const q = (Math.sqrt(Math.max(0, b * b + 8 * n * c)) - b) / (4 * n);
    return n * difference - (more - less) > z * Math.sqrt(Math.max(0, n * (2 * q + spread)));
  };
  let [low, high] = [(more - less) / n, 1];
  for (;;) {
    const middle = (low + high) / 2;
    if (middle <= low || middle >= high) return high;
    if (isRefuted(middle)) high = middle;
    else low = middle;
  }
}
