import { describe, expect, test } from 'vitest';
import type { Measurement, Request, Result } from '../../../../protocol/index.js';
import { trainRequest } from '../../../../tests/support/requests.js';
import type { LeaseEffect } from './lease-effect.js';
import { LeaseTable } from './leases.js';

const COLLECT: Request = { kind: 'collect', store: '/store', digests: [] };
const train = (...paths: number[]) => trainRequest('/store', paths);
const measurementOf = (path: number): Measurement => ({
  kind: 'diverged',
  pathId: path,
  qualities: [],
  components: null,
  reason: `of ${path}`,
});
const trained = (...paths: number[]): Result => ({
  kind: 'train',
  measurements: paths.map(measurementOf),
});
const held = (lease: string, attempt = 1) => ({ lease, attempt });

/** The only effect, which is a grant. */
function onlyGrant(effects: readonly LeaseEffect[]) {
  expect(effects.map((effect) => effect.kind)).toEqual(['grant']);
  return effects[0] as Extract<LeaseEffect, { kind: 'grant' }>;
}

describe('a late lease', () => {
  /** A table whose clock is moved, where training a child took a minute. */
  function tableOfMinutes() {
    let now = 0;
    const table = new LeaseTable(3, { now: () => now });
    table.join('slow');
    table.join('quick');
    table.submit('first', train(1));
    table.submit('late', train(2, 3));
    const pass = (seconds: number) => {
      now += 1000 * seconds;
    };
    pass(60);
    table.done('slow', held('first'), trained(1));
    return { table, pass };
  }

  test('goes to an idle worker as well, and what is measured first counts', () => {
    const { table, pass } = tableOfMinutes();
    pass(150);
    table.measured('quick', held('late'), measurementOf(2));
    expect(table.help()).toEqual([]);
    pass(40);
    const grant = onlyGrant(table.help());
    expect(grant).toMatchObject({ worker: 'slow', beside: 'quick', lease: 'late', attempt: 2 });
    expect(grant.request).toMatchObject({ children: [{ pathId: 3 }] });
    expect(table.help()).toEqual([]);
    const effects = table.done('slow', held('late', 2), trained(3));
    expect(effects.map(({ kind }) => kind)).toEqual(['measured', 'done', 'revoke']);
    expect(effects.at(-1)).toMatchObject({ worker: 'quick' });
    expect(table.done('quick', held('late'), trained(2, 3))).toEqual([]);
  });

  test('waits while other leases do', () => {
    const { table, pass } = tableOfMinutes();
    table.submit('other', COLLECT);
    table.submit('waiting', COLLECT);
    pass(1000);
    expect(table.help()).toEqual([]);
  });

  test('survives the failure or the loss of one of its workers', () => {
    const { table, pass } = tableOfMinutes();
    pass(1000);
    table.help();
    const message = 'out of memory';
    expect(table.failed('slow', held('late', 2), 'OUT_OF_MEMORY', message)).toEqual([]);
    onlyGrant(table.help());
    expect(table.lose('quick', 'it died')).toEqual([]);
    expect(table.done('slow', held('late', 3), trained(2, 3)).at(-1)?.kind).toBe('done');
  });
});
