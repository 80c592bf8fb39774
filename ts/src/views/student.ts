import type { Interval } from './interval.js';

/** Two-sided 95 % quantiles of Student's t distribution, for 1, 2, … degrees of freedom. */
const QUANTILES = [
  12.7062, 4.3027, 3.1824, 2.7764, 2.5706, 2.4469, 2.3646, 2.306, 2.2622, 2.2281, 2.201, 2.1788,
  2.1604, 2.1448, 2.1314, 2.1199, 2.1098, 2.1009, 2.093, 2.086, 2.0796, 2.0739, 2.0687, 2.0639,
  2.0595, 2.0555, 2.0518, 2.0484, 2.0452, 2.0423,
];

/** The same quantile of the normal distribution. */
const Z = 1.959963984540054;

/** A mean over independent runs. */
export interface Mean {
  /** Number of values. */
  readonly n: number;
  readonly value: number;
  /** Student's 95 % interval of the mean; null for a single value. */
  readonly interval: Interval | null;
}

/** Returns the mean of values with its interval; null without values. */
export function meanOf(values: readonly number[]): Mean | null {
  const n = values.length;
  if (n === 0) return null;
  const value = values.reduce((a, b) => a + b, 0) / n;
  if (n === 1) return { n, value, interval: null };
  const variance = values.reduce((sum, each) => sum + (each - value) ** 2, 0) / (n - 1);
  const half = quantile(n - 1) * Math.sqrt(variance / n);
  return { n, value, interval: [value - half, value + half] };
}

/**
 * Returns the quantile for any degrees of freedom (Cornish and Fisher 1938 above the table). Those
 * between two whole numbers count as the lower one, which is on the safe side.
 */
export function quantile(degrees: number): number {
  const known = QUANTILES[Math.max(1, Math.floor(degrees + 1e-6)) - 1];
  if (known !== undefined) return known;
  return (
    Z + (Z ** 3 + Z) / (4 * degrees) + (5 * Z ** 5 + 16 * Z ** 3 + 3 * Z) / (96 * degrees ** 2)
  );
}
