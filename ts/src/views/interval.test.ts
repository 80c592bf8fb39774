import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { newcombe, tango, wilson } from './interval.js';

const Z = 1.959963984540054;
const proportion = fc
  .tuple(fc.integer({ min: 1, max: 20_000 }), fc.double({ min: 0, max: 1, noNaN: true }))
  .map(([total, part]) => ({ correct: Math.round(total * part), total }));

describe('wilson', () => {
  // Newcombe 1998, Statistics in Medicine 17:857, table I, score method.
  test.each([
    [81, 263, 0.2553, 0.3662],
    [15, 148, 0.0624, 0.1605],
    [0, 20, 0, 0.1611],
    [1, 29, 0.0061, 0.1718],
  ])('%i of %i is %f to %f', (correct, total, low, high) => {
    const [lower, upper] = wilson({ correct, total });
    expect(lower).toBeCloseTo(low, 4);
    expect(upper).toBeCloseTo(high, 4);
  });

  test('the score test reaches its quantile at the bounds, which enclose the proportion', () => {
    fc.assert(
      fc.property(proportion, ({ correct, total }) => {
        const p = correct / total;
        const [low, high] = wilson({ correct, total });
        expect(0 <= low && low <= p && p <= high && high <= 1).toBe(true);
        for (const bound of [low, high]) {
          if (bound === 0 || bound === 1) continue;
          const z = Math.abs(p - bound) / Math.sqrt((bound * (1 - bound)) / total);
          expect(z).toBeCloseTo(Z, 5);
        }
      }),
    );
  });
});

describe('newcombe', () => {
  // Newcombe 1998, Statistics in Medicine 17:873, table II, method 10: first minus second.
  test.each([
    [56, 70, 48, 80, 0.0524, 0.3339],
    [9, 10, 3, 10, 0.1705, 0.809],
    [10, 10, 0, 10, 0.6075, 1],
  ])('%i of %i minus %i of %i is %f to %f', (a, m, b, n, low, high) => {
    const [lower, upper] = newcombe({ correct: b, total: n }, { correct: a, total: m });
    expect(lower).toBeCloseTo(low, 4);
    expect(upper).toBeCloseTo(high, 4);
  });

  test('changes its sign with the order of its arguments, and encloses the difference', () => {
    fc.assert(
      fc.property(proportion, proportion, (a, b) => {
        const [low, high] = newcombe(a, b);
        const difference = b.correct / b.total - a.correct / a.total;
        expect(low).toBeLessThanOrEqual(difference);
        expect(high).toBeGreaterThanOrEqual(difference);
        const [other, another] = newcombe(b, a);
        expect(other).toBeCloseTo(-high, 12);
        expect(another).toBeCloseTo(-low, 12);
      }),
    );
  });
});

/** Counts what only one of two models gets right, among a number of examples. */
const pairs = fc
  .tuple(fc.integer({ min: 1, max: 5000 }), fc.nat(), fc.nat())
  .map(([total, some, others]) => {
    const onlyFirst = some % (total + 1);
    return { onlyFirst, onlyOther: others % (total - onlyFirst + 1), total };
  });

/** Computes the score statistic of a difference; finds its nuisance parameter by search. */
function scoreOf(more: number, less: number, total: number, difference: number): number {
  const likelihood = (share: number) =>
    [
      [more, share + difference],
      [less, share],
      [total - more - less, 1 - 2 * share - difference],
    ].reduce((sum, [count = 0, p = 0]) => sum + (count === 0 ? 0 : count * Math.log(p)), 0);
  let [low, high] = [Math.max(0, -difference), (1 - difference) / 2];
  for (let step = 0; step < 200; step++) {
    const [a, b] = [low + (high - low) / 3, high - (high - low) / 3];
    if (likelihood(a) < likelihood(b)) low = a;
    else high = b;
  }
  const variance = total * (low + high + difference * (1 - difference));
  return (more - less - total * difference) / Math.sqrt(variance);
}

describe('tango', () => {
  const Z90 = 1.6448536269514722;

  // Tango 1998, Statistics in Medicine 17:891, both examples (the first at 90 %); Agresti and Min
  // 2005, Statistics in Medicine 24:729; scoreci.mp(25, 28, 618) at 90 % of the R package PropCIs.
  test.each([
    [1, 0, 44, Z90, -0.096, 0.037, 3],
    [3, 9, 32, Z, -0.027, 0.39, 3],
    [8, 16, 86, Z, -0.02, 0.207, 3],
    [25, 28, 618, Z90, -0.0148, 0.0247, 4],
  ])(
    'equals the published interval for %i by only the first and %i by only the other, of %i',
    (onlyFirst, onlyOther, total, z, low, high, digits) => {
      const [lower, upper] = tango({ onlyFirst, onlyOther }, total, z);
      expect(lower).toBeCloseTo(low, digits);
      expect(upper).toBeCloseTo(high, digits);
    },
  );

  test('the score test reaches its quantile at the bounds', () => {
    fc.assert(
      fc.property(pairs, ({ total, ...only }) => {
        for (const bound of tango(only, total)) {
          if (Math.abs(bound) === 1) continue;
          const score = scoreOf(only.onlyOther, only.onlyFirst, total, bound);
          expect(Math.abs(score)).toBeCloseTo(Z, 3);
        }
      }),
    );
  });

  test('changes its sign with the order of its arguments, and encloses the difference', () => {
    fc.assert(
      fc.property(pairs, ({ onlyFirst, onlyOther, total }) => {
        const [low, high] = tango({ onlyFirst, onlyOther }, total);
        const difference = (onlyOther - onlyFirst) / total;
        expect(-1 <= low && low <= difference && difference <= high && high <= 1).toBe(true);
        expect(tango({ onlyFirst: onlyOther, onlyOther: onlyFirst }, total)).toEqual([-high, -low]);
      }),
    );
  });

  test("excludes zero exactly when McNemar's test rejects it", () => {
    fc.assert(
      fc.property(pairs, ({ onlyFirst, onlyOther, total }) => {
        const [low, high] = tango({ onlyFirst, onlyOther }, total);
        const refuted = (onlyOther - onlyFirst) ** 2 > Z * Z * (onlyOther + onlyFirst);
        expect(low > 0 || high < 0).toBe(refuted);
      }),
    );
  });

  test.each([1, 10, 10_000])('is not empty for %i examples without a disagreement', (total) => {
    const bound = Z ** 2 / (total + Z ** 2);
    const [low, high] = tango({ onlyFirst: 0, onlyOther: 0 }, total);
    expect(low).toBeCloseTo(-bound, 12);
    expect(high).toBeCloseTo(bound, 12);
  });

  test.each([1, 10, 10_000])(
    'ends at one if one model is right and the other wrong on all %i examples',
    (total) => {
      const [low, high] = tango({ onlyFirst: 0, onlyOther: total }, total);
      expect(low).toBeCloseTo((total - Z ** 2) / (total + Z ** 2), 12);
      expect(high).toBe(1);
    },
  );
});
