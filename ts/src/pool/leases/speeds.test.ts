import { expect, test } from 'vitest';
import { trainRequest } from '../../../../tests/support/requests.js';
import { Speeds } from './speeds.js';

function measure(speeds: Speeds, worker: string, trainSeconds: number, change: object = {}) {
  const { compilations = 0, task = 'digits' } = change as { compilations?: number; task?: string };
  const request = trainRequest('/store', [1]);
  speeds.learn(
    worker,
    { ...request, task: { ...request.task, name: task } },
    { kind: 'trained', pathId: 1, qualities: [], components: null, trainSeconds, compilations },
  );
}

test('workers are as fast as they were beside others at the same tasks', () => {
  const speeds = new Speeds();
  expect(speeds.of('a')).toBe(1);
  measure(speeds, 'a', 30);
  expect(speeds.of('a')).toBe(1);
  measure(speeds, 'b', 10);
  expect(speeds.of('b') / speeds.of('a')).toBeCloseTo(3, 9);
  // A task at which everybody is slower changes nothing, and neither does one of a worker alone.
  for (const [worker, seconds] of Object.entries({ a: 3000, b: 1000 })) {
    measure(speeds, worker, seconds, { task: 'large' });
  }
  measure(speeds, 'a', 1, { task: 'alone' });
  expect(speeds.of('b') / speeds.of('a')).toBeCloseTo(3, 9);
  expect(speeds.of('c')).toBe(1);
  expect(speeds.sort(['a', 'c', 'd', 'b'])).toEqual(['b', 'c', 'd', 'a']);
});

test('the seconds of a compilation say nothing', () => {
  const speeds = new Speeds();
  measure(speeds, 'a', 1);
  measure(speeds, 'b', 1);
  measure(speeds, 'b', 100, { compilations: 7 });
  expect(speeds.of('b')).toBe(1);
});
