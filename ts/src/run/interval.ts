/** A number of successes among independent trials. */
export interface Proportion {
  readonly correct: number;
  readonly total: number;
}

/** Bounds of a confidence interval, the lower one first. */
export type Interval = readonly [lower: number, upper: number];

/** Two-sided 95 % quantile of the normal distribution. */
const Z = 1.959963984540054;

/** The 95 % score interval of a proportion (Wilson 1927). */
export function wilson({ correct, total }: Proportion, z = Z): Interval {
  const p = correct / total;
  const z2 = z * z;
  const centre = (p + z2 / (2 * total)) / (1 + z2 / total);
  const half = (z / (1 + z2 / total)) * Math.sqrt((p * (1 - p)) / total + z2 / (4 * total * total));
  // Rounding must not carry a bound past the proportion or out of [0, 1].
  return [Math.max(0, Math.min(p, centre - half)), Math.min(1, Math.max(p, centre + half))];
}

/**
 * The 95 % interval of b − a for two independent proportions (Newcombe 1998, method 10): the two
 * score intervals combined. Of two models tested on the same examples it is wider than it need be
 * where they err on the same ones.
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
