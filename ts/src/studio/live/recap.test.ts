import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { EventBody, RunEvent } from '../../run/events/events.js';
import { stampEvent } from '../../run/events/reporter.js';
import { recapOf } from './recap.js';

const id = fc.nat(3);
const body: fc.Arbitrary<EventBody> = fc.oneof(
  fc.record({ type: fc.constant('session' as const), pid: id, host: fc.constant('here') }),
  fc.record({ type: fc.constant('warning' as const), message: fc.constant('careful') }),
  id.map(
    (pathId): EventBody => ({
      ...{ type: 'progress', task: 'a', pathId, step: 1, steps: 2, qualities: [] },
    }),
  ),
  id.map(
    (nth): EventBody => ({
      ...{ type: 'worker', worker: `w${nth}`, change: 'ready', message: 'ready', task: null },
    }),
  ),
  fc.constant<EventBody>({
    ...{ type: 'generation', task: 'a', taskIteration: 1, generation: 1, generations: 1 },
    children: [],
  }),
);
const events: fc.Arbitrary<readonly RunEvent[]> = fc
  .array(body, { maxLength: 60 })
  .map((bodies) => bodies.map((each) => stampEvent(each, { run: 'test', branch: 'main' })));

describe('a recap', () => {
  test('of a recap and later events is the recap of all', () => {
    fc.assert(
      fc.property(events, events, (before, after) => {
        expect(recapOf([...recapOf(before), ...after])).toEqual(recapOf([...before, ...after]));
      }),
    );
  });

  test('has the last event of each worker of the session, and of each child one progress', () => {
    fc.assert(
      fc.property(events, (all) => {
        const session = all.slice(all.findLastIndex(({ type }) => type === 'session') + 1);
        const recap = recapOf(all);
        const last = new Map(
          session.flatMap((each) => (each.type === 'worker' ? [[each.worker, each]] : [])),
        );
        const told = recap.filter(({ type }) => type === 'worker');
        expect(new Set(told)).toEqual(new Set(last.values()));
        const children = recap.flatMap((each) => (each.type === 'progress' ? [each.pathId] : []));
        expect(new Set(children).size).toBe(children.length);
      }),
    );
  });
});
