import { describe, expect, it } from 'vitest';
import { crossedMeanOf } from '../views/crossed-mean.js';
import { accuraciesOf, meanOfTask, meanOfTasks, subtract } from './seed-mean.js';
import type { SeedResult } from './series.js';

/** The correct images of a task in a run, as a text of bits: `0110`. */
function resultOf(seed: number, bits: string | null, choices = {}): SeedResult {
  const images = [...(bits ?? '0110')].map(Number);
  const bytes = new Uint8Array(Math.ceil(images.length / 8));
  for (const [at, bit] of images.entries()) {
    bytes[at >> 3] = (bytes[at >> 3] ?? 0) | (bit << (7 - (at & 7)));
  }
  const test = { correct: images.filter(Boolean).length, total: images.length };
  const model = { test, outcomes: bits === null ? null : bytes, testData: 'images', ...choices };
  const models = new Map([['a', model]]) as never;
  return { seed, measures: { name: 'run', systemParameterCount: 1, models } };
}

const FIRST = ['0110100111', '1110100011'];
const OTHER = ['0111110111', '1110110011'];
const results = (rows: readonly string[]) => rows.map((bits, seed) => resultOf(seed, bits));
const tableOf = (rows: readonly string[]) => rows.map((bits) => [...bits].map(Number));

describe('a mean over seeds', () => {
  it('has the interval of seeds and images crossed', () => {
    const mean = meanOfTask(accuraciesOf('a', results(FIRST)));
    const { value, interval, seedInterval } = crossedMeanOf(tableOf(FIRST));
    expect(mean).toEqual({ n: 2, value, interval: seedInterval, crossedInterval: interval });
  });

  it('of a difference subtracts image by image, on the seeds that both have', () => {
    const [first, other] = [results(FIRST), [...results(OTHER), resultOf(9, '1111111111')]];
    const mean = meanOfTask(subtract(accuraciesOf('a', other), accuraciesOf('a', first)));
    const [ours, theirs] = [tableOf(OTHER), tableOf(FIRST)];
    const crossed = crossedMeanOf(
      ours.map((row, seed) => row.map((bit, at) => bit - (theirs[seed]?.[at] ?? 0))),
    );
    expect(mean).toMatchObject({ n: 2, crossedInterval: crossed.interval });
    expect(mean?.value).toBeCloseTo(0.15, 12);
  });

  it.each([
    ['without the outcome of each image', resultOf(1, null)],
    ['of other images', resultOf(1, '1110100011', { testData: 'others' })],
    ['of fewer images', resultOf(1, '1110100')],
  ])('has no interval of images %s', (_, second) => {
    const mean = meanOfTask(accuraciesOf('a', [resultOf(0, '0110100111'), second]));
    expect(mean).toMatchObject({ n: 2, crossedInterval: null });
    expect(mean?.interval).not.toBeNull();
  });

  it('of tasks needs all of them tested with a seed', () => {
    const [one, two] = [accuraciesOf('a', results(FIRST)), accuraciesOf('a', results(OTHER))];
    expect(meanOfTasks([one, new Map([...two].slice(0, 1))])?.n).toBe(1);
    expect(meanOfTasks([one, new Map()])).toBeNull();
    expect(meanOfTasks([])).toBeNull();
  });
});
