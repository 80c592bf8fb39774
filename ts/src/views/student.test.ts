import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { meanOf } from './student.js';

/** Half of the interval of values whose mean is 0 and whose standard error is 1. */
function halfFor(n: number): number {
  const raw = Array.from({ length: n }, (_, at) => at);
  const centre = (n - 1) / 2;
  const variance = raw.reduce((sum, x) => sum + (x - centre) ** 2, 0) / (n - 1);
  const scaled = raw.map((x) => ((x - centre) / Math.sqrt(variance)) * Math.sqrt(n));
  return meanOf(scaled)?.interval?.[1] ?? Number.NaN;
}

describe('a mean over seeds', () => {
  it.each([
    [2, 12.7062],
    [5, 2.7764],
    [31, 2.0423],
    // Above the table.
    [41, 2.0211],
    [121, 1.9799],
  ])('of %i values has the quantile %f of Student', (n, quantile) => {
    expect(halfFor(n)).toBeCloseTo(quantile, 3);
  });

  it('is missing without values, and has no interval with one', () => {
    expect(meanOf([])).toBeNull();
    expect(meanOf([0.5])).toEqual({ n: 1, value: 0.5, interval: null });
  });

  it('moves and grows with its values', () => {
    const values = fc.array(fc.double({ min: -1, max: 1, noNaN: true }), { minLength: 2 });
    fc.assert(
      fc.property(values, fc.double({ min: -5, max: 5, noNaN: true }), (given, shift) => {
        const [plain, moved] = [meanOf(given), meanOf(given.map((x) => 2 * x + shift))];
        expect(moved?.value).toBeCloseTo(2 * (plain?.value ?? 0) + shift, 9);
        const width = (mean: typeof plain) =>
          (mean?.interval?.[1] ?? 0) - (mean?.interval?.[0] ?? 0);
        expect(width(moved)).toBeCloseTo(2 * width(plain), 9);
      }),
    );
  });
});
