import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { expectToFit, tally } from '../../../tests/support/statistics.js';
import { type Stream, streamsOf } from './streams.js';

const draws = (stream: Stream) => Array.from({ length: 20 }, () => stream.index(1_000_000));
const uniform = <T>(outcomes: readonly T[]) =>
  new Map(outcomes.map((outcome) => [outcome, 1 / outcomes.length]));

describe('streamsOf', () => {
  test('a stream is a function of the seed and its name alone', () => {
    fc.assert(
      fc.property(fc.nat(), fc.array(fc.oneof(fc.string(), fc.nat())), (seed, name) => {
        const streams = streamsOf(seed);
        const alone = draws(streamsOf(seed).stream(...name));
        draws(streams.stream('another'));
        expect(draws(streams.stream(...name))).toEqual(alone);
        expect(streams.seed(...name)).toBe(streamsOf(seed).seed(...name));
      }),
      { seed: 1, numRuns: 50 },
    );
  });

  test('other seeds and other names give other streams', () => {
    const streams = [
      streamsOf(1).stream('a'),
      streamsOf(2).stream('a'),
      streamsOf(1).stream('b'),
      streamsOf(1).stream('a', 'b'),
      streamsOf(1).stream('ab'),
      streamsOf(1).stream('a', 1),
      streamsOf(1).stream('a', '1'),
      streamsOf(1).stream('a,1'),
      streamsOf(1).stream(),
    ];
    expect(new Set(streams.map((stream) => draws(stream).join())).size).toBe(streams.length);
  });

  test('draws have the same values in every version', () => {
    const stream = streamsOf(7).stream('golden', 1);
    expect([stream.index(1000), stream.index(1000), stream.index(1000)]).toMatchInlineSnapshot(`
      [
        270,
        280,
        819,
      ]
    `);
    expect(stream.shuffle([0, 1, 2, 3, 4, 5])).toMatchInlineSnapshot(`
      [
        1,
        4,
        3,
        5,
        2,
        0,
      ]
    `);
    expect(streamsOf(7).seed('golden', 1)).toMatchInlineSnapshot(`1393379687`);
  });

  test('seeds are below 2^32 and uniform', () => {
    const seeds = Array.from({ length: 4000 }, (_, nth) => streamsOf(3).seed('seed', nth));
    for (const seed of seeds) {
      expect(Number.isInteger(seed) && seed >= 0 && seed < 2 ** 32).toBe(true);
    }
    const sixteenth = (nth: number) => Math.floor((seeds[nth] ?? 0) / 2 ** 28);
    expectToFit(tally(seeds.length, sixteenth), uniform(Array.from({ length: 16 }, (_, i) => i)));
  });
});

describe('Stream', () => {
  test('chance(0) is never true and chance(1) always', () => {
    const stream = streamsOf(1).stream('chance');
    expect(tally(10_000, () => stream.chance(0))).toEqual(new Map([[false, 10_000]]));
    expect(tally(10_000, () => stream.chance(1))).toEqual(new Map([[true, 10_000]]));
  });

  test.each([0.02, 0.2, 0.5, 0.9])('chance(%d) is true with this frequency', (probability) => {
    const stream = streamsOf(1).stream('chance', String(probability));
    expectToFit(
      tally(20_000, () => stream.chance(probability)),
      new Map([
        [true, probability],
        [false, 1 - probability],
      ]),
    );
  });

  test.each([1, 2, 3, 7, 130])('index(%i) is uniform', (length) => {
    const stream = streamsOf(2).stream('index', length);
    expectToFit(
      tally(30_000, () => stream.index(length)),
      uniform(Array.from({ length }, (_, at) => at)),
    );
  });

  test('successive draws are independent', () => {
    const stream = streamsOf(5).stream('pairs');
    const pairs = [0, 1, 2, 3].flatMap((a) => [0, 1, 2, 3].map((b) => `${a} ${b}`));
    expectToFit(
      tally(30_000, () => `${stream.index(4)} ${stream.index(4)}`),
      uniform(pairs),
    );
  });

  test('neighbouring names are independent', () => {
    const streams = streamsOf(5);
    const first = (nth: number) =>
      [0, 1, 2].map((child) => Number(streams.stream(nth, child).chance(0.5))).join('');
    const triples = ['000', '001', '010', '011', '100', '101', '110', '111'];
    expectToFit(tally(8000, first), uniform(triples));
  });

  test('shuffle is uniform over all orders and does not change its argument', () => {
    const stream = streamsOf(4).stream('shuffle');
    const items = [1, 2, 3, 4] as const;
    const orders = items.flatMap((a) =>
      items.flatMap((b) =>
        items.flatMap((c) =>
          items.flatMap((d) => (new Set([a, b, c, d]).size === 4 ? [[a, b, c, d].join('')] : [])),
        ),
      ),
    );
    expect(orders).toHaveLength(24);
    expectToFit(
      tally(24_000, () => stream.shuffle(items).join('')),
      uniform(orders),
    );
    expect(items).toEqual([1, 2, 3, 4]);
    expect(stream.shuffle([])).toEqual([]);
  });
});
