import { expect, test } from 'vitest';
import { simulatePool } from '../../../tests/support/simulated-pool.js';

const DURATIONS = [20_000, 30_000, 40_000] as const;
const childMillis = (nth: number) => DURATIONS[nth % 3] ?? 0;

test('workers idle only for the messages of a lease, and for the last child of a generation', () => {
  const pool = { workers: 6, width: 6, generations: 4, latencyMillis: 50, childMillis };
  const { busy, waiting } = simulatePool({ ...pool, isTimed: false });
  // On average 30 s of work, and two messages.
  expect(busy).toBeCloseTo(30_000 / (30_000 + 2 * 50), 6);
  // Workers whose children take 20 or 30 s wait for those of 40 s: on average 10 s.
  expect(waiting).toBeCloseTo(10_000 / (40_000 + 2 * 50), 6);
});
