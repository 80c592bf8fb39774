import { expect, test } from 'vitest';
import type { ProcessState } from './process.js';
import { LOOK_MILLIS, StartWatch } from './start-watch.js';

/** Looks for `seconds` at the states; returns the first verdict and after how many seconds. */
function watch(seconds: number, stateAt: (look: number) => ProcessState | null) {
  const starting = new StartWatch();
  for (let look = 1; look * LOOK_MILLIS <= seconds * 1000; look++) {
    const verdict = starting.look(stateAt(look));
    if (verdict !== null) return { verdict, seconds: Math.floor((look * LOOK_MILLIS) / 1000) };
  }
  return null;
}

test('a process that stands still is replaced, stopped or asleep', () => {
  for (const letter of ['T', 'S']) {
    expect(watch(60, () => ({ letter, ticks: 7 }))).toEqual({
      verdict: 'it was frozen for 20 s while it started',
      seconds: 20,
    });
  }
});

test('a process that gets little of the processor, or waits for a disk, is left alone', () => {
  expect(watch(119, (look) => ({ letter: 'S', ticks: Math.floor(look / 190) }))).toBeNull();
  expect(watch(119, () => ({ letter: 'D', ticks: 7 }))).toBeNull();
});

test('a process that works without end, or of which nothing is known, has two minutes', () => {
  const late = { verdict: 'it did not connect within 120 s', seconds: 120 };
  expect(watch(200, (look) => ({ letter: 'R', ticks: look }))).toEqual(late);
  expect(watch(200, () => null)).toEqual(late);
});
