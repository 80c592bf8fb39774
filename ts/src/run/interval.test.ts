import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { newcombe, wilson } from './interval.js';

const Z = 1.959963984540054;
const proportion = fc
  .tuple(fc.integer({ min: 1, max: 20_000 }), fc.double({ min: 0, max: 1, noNaN: true }))
  .map(([total, part]) => ({ correct: Math.round(total * part), total }));

describe('wilson', () => {
  // Newcombe 1998, Statistics in Medicine 17:857, table I: the score method.
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

  test('bounds are where the score test is at its quantile, and hold the proportion', () => {
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
  // Newcombe 1998, Statistics in Medicine 17:873, table II: method 10, of the first less the second.
  test.each([
    [56, 70, 48, 80, 0.0524, 0.3339],
    [9, 10, 3, 10, 0.1705, 0.809],
    [10, 10, 0, 10, 0.6075, 1],
  ])('%i of %i less %i of %i is %f to %f', (a, m, b, n, low, high) => {
    const [lower, upper] = newcombe({ correct: b, total: n }, { correct: a, total: m });
    expect(lower).toBeCloseTo(low, 4);
    expect(upper).toBeCloseTo(high, 4);
  });

  test('turns with its arguments, and holds the difference', () => {
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
