import { expect, it } from 'vitest';
import type { RunEvent } from './events.js';
import { isWorthLogging, type LoggedProgress } from './thin-progress.js';

const stamp = { run: 'test', branch: 'main' };

function progress(seconds: number, pathId: number, validations: number): RunEvent {
  return {
    type: 'progress',
    time: new Date(1000 * seconds).toISOString(),
    ...stamp,
    task: 'a',
    pathId,
    step: seconds,
    steps: 100,
    qualities: Array<number>(validations).fill(0.5),
  };
}

/** Returns for each event whether the log keeps it. */
function verdicts(events: readonly RunEvent[]): readonly boolean[] {
  let known: LoggedProgress = new Map();
  return events.map((event) => {
    const { worth, logged } = isWorthLogging(event, known);
    known = logged;
    return worth;
  });
}

it('keeps each validation of a child, and otherwise one progress in five seconds', () => {
  const events = [
    progress(0, 1, 0),
    progress(1, 1, 0),
    progress(1, 2, 0),
    progress(2, 1, 1),
    progress(6, 1, 1),
    progress(7, 1, 1),
  ];
  expect(verdicts(events)).toEqual([true, false, true, true, false, true]);
});

it('keeps every other event', () => {
  const time = new Date(0).toISOString();
  const warning: RunEvent = { type: 'warning', time, ...stamp, message: 'full' };
  expect(verdicts([warning, warning])).toEqual([true, true]);
});
