// Row 17 of the table of goals: a pool of simulated workers, on the real lease table.
import { test } from 'vitest';
import { simulatePool } from '../support/simulated-pool.js';
import { report } from './record.js';

const QUICK = process.env.MU2NET_BENCH_QUICK === '1';
const GENERATIONS = QUICK ? 3 : 20;
const LATENCY_MILLIS = 50;
/** Children of half a minute on average, which differ by a factor of up to three. */
const SHORTEST_MILLIS = 15_000;
const LONGEST_MILLIS = 45_000;

/** A number in [0, 1) that looks random, by the golden ratio. */
const spread = (nth: number): number => (nth * 0.618_033_988_749_895) % 1;

test.each([1, 8, 64, 512])('%i simulated workers', (workers) => {
  const { busy, waiting, tableMillis } = simulatePool({
    workers,
    latencyMillis: LATENCY_MILLIS,
    width: workers,
    generations: GENERATIONS,
    childMillis: (nth) => SHORTEST_MILLIS + (LONGEST_MILLIS - SHORTEST_MILLIS) * spread(nth),
    isTimed: true,
  });
  report({
    row: 17,
    metric: `share of busy time of ${workers} simulated workers`,
    ours: 100 * busy,
    baseline: null,
    ratio: null,
    spread: null,
    goal: '≥ 95',
    pass: busy >= 0.95,
    unit: '%',
    detail: `generations as wide as the pool, children of ${SHORTEST_MILLIS / 1000} to ${LONGEST_MILLIS / 1000} s, ${LATENCY_MILLIS} ms each way; ${GENERATIONS} generations; the wait for the last child of a generation is not in it: another ${(100 * waiting).toFixed(1)} % of the time; the lease table takes ${tableMillis.toFixed(2)} ms for each child`,
  });
});
