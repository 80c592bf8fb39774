import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Batch, BatchQueue } from './batch-queue.js';

const LIMITS = { capacity: 8, maxBatch: 3, maxBatchBytes: 100, waitMillis: 10 };

const entriesOf = (values: readonly number[], bytes = 1) =>
  values.map((value) => ({ value, bytes }));

describe('a batch queue', () => {
  test('lets entries of a key wait for others, until they fill a batch', () => {
    const queue = new BatchQueue<number>(LIMITS);
    queue.offer('a', entriesOf([1]), 0);
    queue.offer('b', entriesOf([2]), 1);
    queue.offer('a', entriesOf([3]), 2);
    expect([queue.take(9), queue.dueAt()]).toEqual([null, 10]);
    queue.offer('b', entriesOf([4, 5, 6]), 9);
    expect(queue.take(9)).toEqual({ key: 'b', values: [2, 4, 5] });
    expect(queue.take(9)).toBeNull();
    expect(queue.take(10)).toEqual({ key: 'a', values: [1, 3] });
    expect([queue.size, queue.dueAt()]).toEqual([1, 19]);
  });

  test('takes the batch first that has waited for longest', () => {
    const queue = new BatchQueue<number>(LIMITS);
    queue.offer('a', entriesOf([1]), 5);
    queue.offer('b', entriesOf([2, 3, 4]), 6);
    queue.offer('c', entriesOf([5]), 4);
    const order = [queue.take(30), queue.take(30), queue.take(30)].map((batch) => batch?.key);
    expect(order).toEqual(['c', 'a', 'b']);
  });

  test('bounds the bytes of a batch, but lets a large entry go alone', () => {
    const queue = new BatchQueue<number>(LIMITS);
    queue.offer('a', [...entriesOf([1, 2], 60), ...entriesOf([3], 900)], 0);
    const batches = [queue.take(0), queue.take(0), queue.take(10)].map((batch) => batch?.values);
    expect(batches).toEqual([[1], [2], [3]]);
  });
});

const step = fc.oneof(
  fc.record({
    do: fc.constant('offer' as const),
    key: fc.constantFrom('a', 'b', 'c'),
    sizes: fc.array(fc.integer({ min: 0, max: 120 }), { maxLength: 5 }),
  }),
  fc.record({ do: fc.constant('take' as const) }),
  fc.record({ do: fc.constant('withdraw' as const), nth: fc.nat(30) }),
  fc.record({ do: fc.constant('wait' as const), millis: fc.nat(15) }),
);

test('no entry is lost or taken twice, and batches keep order and bounds', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      const queue = new BatchQueue<number>(LIMITS);
      const waiting = new Map<number, { key: string; bytes: number; since: number }>();
      let now = 0;
      let last = 0;
      const check = ({ key, values }: Batch<number>) => {
        const line = [...waiting].filter(([, entry]) => entry.key === key);
        // The first that arrived, each of them once.
        expect(values).toEqual(line.slice(0, values.length).map(([value]) => value));
        expect(values.length).toBeGreaterThan(0);
        expect(values.length).toBeLessThanOrEqual(LIMITS.maxBatch);
        const bytes = values.reduce((sum, value) => sum + (waiting.get(value)?.bytes ?? 0), 0);
        expect(values.length === 1 || bytes <= LIMITS.maxBatchBytes).toBe(true);
        // It is full, or its first entry has waited.
        const nextBytes = line[values.length]?.[1].bytes ?? 0;
        const isFull = values.length === LIMITS.maxBatch || bytes + nextBytes > 100;
        expect(isFull || now - (line[0]?.[1].since ?? now) >= LIMITS.waitMillis).toBe(true);
        for (const value of values) waiting.delete(value);
      };
      for (const each of steps) {
        if (each.do === 'wait') now += each.millis;
        if (each.do === 'offer') {
          const entries = each.sizes.map((bytes) => ({ value: last++, bytes }));
          const fits = waiting.size + entries.length <= LIMITS.capacity;
          expect(queue.offer(each.key, entries, now)).toBe(fits);
          for (const { value, bytes } of fits ? entries : []) {
            waiting.set(value, { key: each.key, bytes, since: now });
          }
        }
        if (each.do === 'withdraw') {
          queue.withdraw((value) => value === each.nth);
          waiting.delete(each.nth);
        }
        if (each.do === 'take') {
          const due = queue.dueAt();
          const batch = queue.take(now);
          expect(batch !== null).toBe(due !== null && due <= now);
          if (batch) check(batch);
        }
        expect(queue.size).toBe(waiting.size);
      }
      // Whatever still waits is due after the wait.
      for (let batch = queue.take(now + 10); batch; batch = queue.take(now + 10)) {
        now += 10;
        check(batch);
      }
      expect([queue.size, waiting.size]).toEqual([0, 0]);
    }),
  );
});
