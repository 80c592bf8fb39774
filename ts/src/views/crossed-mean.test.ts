import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { crossedMeanOf } from './crossed-mean.js';

const TABLE = [
  [1.2, 0.4, 3.1, -0.6],
  [0.8, -0.2, 2.7, 0.1],
  [2.0, 0.6, 3.9, -0.3],
];

const tables = fc
  .record({ seeds: fc.integer({ min: 2, max: 5 }), tasks: fc.integer({ min: 2, max: 6 }) })
  .chain(({ seeds, tasks }) => {
    const value = fc.integer({ min: -99, max: 99 }).map((tenths) => tenths / 10);
    const row = fc.array(value, { minLength: tasks, maxLength: tasks });
    return fc.array(row, { minLength: seeds, maxLength: seeds });
  });
const widthOf = ([low, high]: readonly [number, number]) => high - low;
const intervalOf = (table: readonly (readonly number[])[]) => {
  const { interval } = crossedMeanOf(table);
  if (!interval) throw new Error('there is no interval');
  return interval;
};

describe('a mean over seeds and tasks', () => {
  // From numpy's least squares of the additive models, and the quantiles of scipy.stats.t.
  it('has the interval of the two-way analysis of variance', () => {
    const { value, interval, seedInterval } = crossedMeanOf(TABLE);
    expect(value).toBeCloseTo(1.1416667, 6);
    expect(interval?.[0]).toBeCloseTo(-1.37777, 3);
    expect(interval?.[1]).toBeCloseTo(3.6611, 3);
    expect(seedInterval?.[0]).toBeCloseTo(0.236716, 4);
    expect(seedInterval?.[1]).toBeCloseTo(2.046617, 4);
  });

  it('has the interval of its tasks with one seed, and none with one value', () => {
    const { interval, seedInterval } = crossedMeanOf(TABLE.slice(0, 1));
    expect(interval?.[0]).toBeCloseTo(-1.468621, 3);
    expect(interval?.[1]).toBeCloseTo(3.518622, 3);
    expect(seedInterval).toBeNull();
    expect(crossedMeanOf([[1]])).toMatchObject({ value: 1, interval: null, seedInterval: null });
  });

  it('does not depend on the order of seeds and tasks, and moves with its values', () => {
    fc.assert(
      fc.property(tables, (table) => {
        const turned = [...table].reverse().map((row) => [...row].reverse());
        expect(widthOf(intervalOf(turned))).toBeCloseTo(widthOf(intervalOf(table)), 6);
        const moved = table.map((row) => row.map((value) => 2 * value + 3));
        expect(widthOf(intervalOf(moved))).toBeCloseTo(2 * widthOf(intervalOf(table)), 6);
        expect(crossedMeanOf(moved).value).toBeCloseTo(2 * crossedMeanOf(table).value + 3, 9);
      }),
    );
  });

  it('is wider the more tasks differ, because they are a sample too', () => {
    const apart = TABLE.map((row) => row.map((value, task) => value + 4 * task));
    expect(widthOf(intervalOf(apart))).toBeGreaterThan(widthOf(intervalOf(TABLE)));
    expect(crossedMeanOf(apart).seedInterval?.[0]).toBeCloseTo(6 + 0.236716, 4);
  });
});
