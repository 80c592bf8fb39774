import fc from 'fast-check';
import { expect, test } from 'vitest';
import { GroupedWrites } from './grouped-writes.js';

test('all rows are written once, in order, and a promise waits for all rows before its own', async () => {
  const script = fc.array(
    fc.oneof(fc.constant('turn' as const), fc.constant('flush' as const), fc.nat()),
  );
  const property = fc.asyncProperty(script, async (steps) => {
    const written: number[] = [];
    const group = new GroupedWrites<number>((rows) => written.push(...rows));
    const added: number[] = [];
    const fulfilled: Promise<void>[] = [];
    for (const step of steps) {
      if (step === 'turn') await new Promise(setImmediate);
      else if (step === 'flush') group.flush();
      else {
        added.push(step);
        const upTo = added.length;
        const whole = () => expect(written.slice(0, upTo)).toEqual(added.slice(0, upTo));
        fulfilled.push(group.add(step).then(whole));
      }
    }
    await Promise.all(fulfilled);
    expect(written).toEqual(added);
  });
  await fc.assert(property, { seed: 1, numRuns: 100 });
});

test('rows of one turn share one write', async () => {
  const sizes: number[] = [];
  const group = new GroupedWrites<number>((rows) => sizes.push(rows.length));
  await Promise.all([group.add(1), group.add(2), group.add(3)]);
  await group.add(4);
  expect(sizes).toEqual([3, 1]);
});

test('after a write that failed, nothing is written and every promise is rejected', async () => {
  const written: number[] = [];
  const group = new GroupedWrites<number>((rows) => {
    if (rows.includes(2)) throw new Error('full');
    written.push(...rows);
  });
  await group.add(1);
  const both = await Promise.allSettled([group.add(2), group.add(3)]);
  const later = await Promise.allSettled([group.add(4)]);
  for (const each of [...both, ...later]) {
    expect(each).toMatchObject({ status: 'rejected', reason: { message: 'full' } });
  }
  const flushed = group.add(5);
  expect(() => group.flush()).toThrow('full');
  await expect(flushed).rejects.toThrow('full');
  expect(written).toEqual([1]);
});
