import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { linkTo, type Route, readAddress, TABS } from './routes.js';

const name = fc.string({ minLength: 1, unit: 'grapheme' });
const route: fc.Arbitrary<Route> = fc.oneof(
  fc.constant({ view: 'runs' } as const),
  fc.constant({ view: 'pool' } as const),
  fc.record({ view: fc.constant('compare' as const), systems: fc.array(name) }),
  fc.record({ view: fc.constant('run' as const), run: name, tab: fc.constantFrom(...TABS) }),
  fc.record({ view: fc.constant('task' as const), run: name, task: name }),
);
const key = fc.stringMatching(/^[a-z]+$/).filter((each) => each !== 'run');

describe('addresses', () => {
  it('name every view and its filters, so that a link leads back to them', () => {
    fc.assert(
      fc.property(route, fc.dictionary(key, name), (at, settings) => {
        expect(readAddress(linkTo(at, settings))).toEqual({
          route: at,
          settings: { ...settings },
        });
      }),
    );
  });

  it('are short for what is usual', () => {
    expect(linkTo({ view: 'run', run: 'a:b', tab: 'summary' }, { task: '' })).toBe('#/runs/a%3Ab');
  });

  it.each(['#/nothing', '#/runs', '#/runs/a/nothing', '#/runs/%E0%A4%A/nothing'])(
    'leads nowhere: %s',
    (hash) => {
      expect(readAddress(hash).route).toEqual({ view: 'unknown' });
    },
  );
});
