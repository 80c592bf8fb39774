import { describe, expect, test } from 'vitest';
import type { Measurement, Request, Result } from '../../../../protocol/index.js';
import { trainRequest } from '../../../../tests/support/requests.js';
import type { LeaseEffect } from './lease-effect.js';
import { LeaseTable } from './leases.js';

const COLLECT: Request = { kind: 'collect', store: '/store', digests: [] };
const DELETED = { kind: 'collect', deleted: 3 } as const;
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

/** The only effect, which is of that kind. */
function only<K extends LeaseEffect['kind']>(effects: readonly LeaseEffect[], kind: K) {
  expect(effects.map((effect) => effect.kind)).toEqual([kind]);
  return effects[0] as Extract<LeaseEffect, { kind: K }>;
}

const pathsOf = ({ request }: { request: Request }) =>
  request.kind === 'train' ? request.children.map(({ pathId }) => pathId) : [];

describe('a lease', () => {
  test('goes to a worker as soon as there is one, and one at a time', () => {
    const table = new LeaseTable(3);
    expect(table.submit('a', COLLECT)).toEqual([]);
    expect(table.submit('b', COLLECT)).toEqual([]);
    expect(only(table.join('w'), 'grant')).toMatchObject({ worker: 'w', lease: 'a', attempt: 1 });
    const effects = table.done('w', held('a'), DELETED);
    expect(effects).toEqual([
      { kind: 'done', lease: 'a', result: DELETED },
      { kind: 'grant', worker: 'w', lease: 'b', attempt: 1, request: COLLECT },
    ]);
  });

  test('is attempted elsewhere, and first, when its worker is lost', () => {
    const table = new LeaseTable(3);
    table.join('w');
    table.submit('a', COLLECT);
    table.submit('b', COLLECT);
    expect(table.lose('w', 'it died')).toEqual([]);
    expect(only(table.join('v'), 'grant')).toMatchObject({ worker: 'v', lease: 'a', attempt: 2 });
  });

  test('fails when every attempt lost its worker', () => {
    const table = new LeaseTable(2);
    table.submit('a', COLLECT);
    table.join('w');
    expect(table.lose('w', 'it died')).toEqual([]);
    table.join('w');
    const failed = only(table.lose('w', 'it died'), 'failed');
    expect(failed.code).toBe('SIDECAR_LOST');
    expect(failed.message).toContain('lost its worker 2 times, the last time because it died');
    expect(table.join('w')).toEqual([]);
  });

  test('asks a second worker only for the children that the first did not finish', () => {
    const table = new LeaseTable(3);
    table.submit('a', train(5, 6, 7));
    table.join('w');
    expect(only(table.measured('w', held('a'), measurementOf(6)), 'measured').lease).toBe('a');
    table.lose('w', 'it died');
    expect(pathsOf(only(table.join('v'), 'grant'))).toEqual([5, 7]);
    const effects = table.done('v', held('a', 2), trained(5, 7));
    expect(effects.map((effect) => effect.kind)).toEqual(['measured', 'measured', 'done']);
    expect(effects.at(-1)).toMatchObject({ result: trained(5, 6, 7) });
  });

  test('is done when its worker is lost after the last child', () => {
    const table = new LeaseTable(1);
    table.submit('a', train(5, 6));
    table.join('w');
    table.measured('w', held('a'), measurementOf(6));
    table.measured('w', held('a'), measurementOf(5));
    expect(only(table.lose('w', 'it died'), 'done').result).toEqual(trained(5, 6));
  });

  test('fails as its worker says, and leaves the worker free', () => {
    const table = new LeaseTable(3);
    table.join('w');
    table.submit('a', COLLECT);
    const failed = only(table.failed('w', held('a'), 'STORE_MISSING', 'no store'), 'failed');
    expect(failed).toMatchObject({ lease: 'a', code: 'STORE_MISSING', message: 'no store' });
    expect(only(table.submit('b', COLLECT), 'grant').worker).toBe('w');
  });

  test('at which a worker crashed waits for another one, and fails when there is none', () => {
    const table = new LeaseTable(3);
    table.join('w');
    table.join('v');
    table.submit('a', train(5));
    table.submit('b', COLLECT);
    expect(table.crashed('w', held('a'), 'no')).toEqual([]);
    expect(table.isBusy('w')).toBe(false);
    expect(table.failUnserved((worker) => worker)).toEqual([]);
    const crash = { kind: 'failed', code: 'SIDECAR_FAILED', message: 'train digits, path 5: no' };
    table.lose('v', 'it died');
    const effects = table.failUnserved((worker) => worker);
    expect(effects).toEqual([{ lease: 'a', ...crash }]);
  });

  test('at a URL that no worker can read fails at once, and names the package', () => {
    const table = new LeaseTable(3);
    const nothing = { dataRoots: [], prepared: [], fetches: true };
    for (const worker of ['w', 'v']) {
      table.offer(worker, { schemes: ['file'] });
      expect(table.join(worker, true)).toEqual([]);
      table.offer(worker, nothing);
    }
    const collect = { ...COLLECT, store: 's3://bucket/store' } as const;
    expect(table.submit('a', collect)).toEqual([]);
    expect(table.failUnserved((worker) => worker)).toMatchObject([
      {
        lease: 'a',
        code: 'STORE_UNSUPPORTED',
        message: expect.stringMatching(/no worker has the package for s3:\/\/bucket.*--extras s3'/),
      },
    ]);
    table.offer('v', { schemes: ['file', 's3'] });
    expect(only(table.submit('b', collect), 'grant').worker).toBe('v');
  });

  test('whose data no worker can read waits for one, and then says so', () => {
    let now = 0;
    const table = new LeaseTable(3, { now: () => now });
    const request = train(5);
    if (request.kind !== 'train') throw new Error('unreachable');
    const source = { kind: 'folder', path: '/home/ada/flowers' } as const;
    const submit = (lease: string) =>
      table.submit(lease, { ...request, task: { ...request.task, source } });
    const wait = () => {
      now += 20_000;
      return table.failUnserved((worker) => `worker ${worker}`);
    };
    submit('a');
    expect([...wait(), ...wait(), ...wait()]).toEqual([]);
    table.offer('w', { dataRoots: ['/data'], prepared: [], fetches: false });
    expect(table.join('w')).toEqual([]);
    expect([...wait(), ...wait()]).toEqual([]);
    expect(only(wait(), 'failed')).toMatchObject({
      code: 'DATA_MISSING',
      message:
        'train digits: no worker can read /home/ada/flowers (worker w reads /data); put the data there, or start a worker with another --data-root',
    });
    submit('b');
    wait();
    table.offer('v', { dataRoots: ['/home/ada'], prepared: [], fetches: false });
    expect(only(table.join('v'), 'grant').lease).toBe('b');
  });

  test('at whose child two workers crash differently goes on to a third', () => {
    const table = new LeaseTable(2);
    for (const worker of ['u', 'v', 'w']) table.join(worker);
    table.submit('a', train(5));
    expect(only(table.crashed('u', held('a'), 'no'), 'grant')).toMatchObject({ worker: 'v' });
    expect(only(table.crashed('v', held('a', 2), 'nay'), 'grant')).toMatchObject({ worker: 'w' });
    const effects = table.crashed('w', held('a', 3), 'no');
    expect(effects).toEqual([
      { kind: 'faulty', lease: 'a', pathId: 5, message: 'no' },
      { kind: 'done', lease: 'a', result: { kind: 'train', measurements: [] } },
    ]);
  });

  test('that is revoked is not answered, and its worker busy until it stops', () => {
    const table = new LeaseTable(3);
    table.join('w');
    table.submit('a', train(5));
    table.submit('b', COLLECT);
    expect(table.revoke('a')).toEqual([{ kind: 'revoke', worker: 'w', lease: 'a' }]);
    expect(table.isBusy('w')).toBe(true);
    expect(table.holds('w', held('a'))).toBe(false);
    expect(table.measured('w', held('a'), measurementOf(5))).toEqual([]);
    const grant = only(table.failed('w', held('a'), 'CANCELLED', 'cancelled'), 'grant');
    expect(grant.lease).toBe('b');
  });

  test('that waits can be revoked', () => {
    const table = new LeaseTable(3);
    table.submit('a', COLLECT);
    expect(table.revoke('a')).toEqual([]);
    expect(table.revoke('a')).toEqual([]);
    expect(table.join('w')).toEqual([]);
  });

  test('that is answered with something malformed is tried once more, and then fails', () => {
    const table = new LeaseTable(3);
    table.join('w');
    table.submit('a', COLLECT);
    expect(table.malformed('w', 'worker w: result.deleted: too big')).toEqual([]);
    expect(only(table.join('w'), 'grant')).toMatchObject({ lease: 'a', attempt: 2 });
    const failed = only(table.malformed('w', 'worker w: result.deleted: too big'), 'failed');
    expect(failed).toMatchObject({ lease: 'a', code: 'SIDECAR_FAILED', worker: 'w' });
    expect(failed.message).toMatch(
      /^collect: malformed answer of worker w: result.deleted: too big;/,
    );
    expect(table.join('w')).toEqual([]);
  });

  test('that is answered with something malformed goes to another worker, if there is one', () => {
    const table = new LeaseTable(3);
    table.join('w');
    table.submit('a', train(5, 6));
    table.join('v');
    table.measured('w', held('a'), measurementOf(5));
    const grant = only(table.malformed('w', 'worker w: measurement: missing'), 'grant');
    expect(grant).toMatchObject({ worker: 'v', attempt: 2 });
    expect(pathsOf(grant)).toEqual([6]);
    expect(only(table.malformed('v', 'worker v: measurement: missing'), 'failed').worker).toBe('v');
  });

  test('is done when what follows its last child is malformed', () => {
    const table = new LeaseTable(1);
    table.submit('a', train(5));
    table.join('w');
    table.measured('w', held('a'), measurementOf(5));
    expect(only(table.malformed('w', 'worker w: type: missing'), 'done').result).toEqual(
      trained(5),
    );
  });

  test('of a worker whose request was revoked can be malformed', () => {
    const table = new LeaseTable(3);
    table.join('w');
    table.submit('a', COLLECT);
    table.revoke('a');
    expect(table.malformed('w', 'worker w: type: missing')).toEqual([]);
    table.join('w');
    expect(table.isBusy('w')).toBe(false);
  });

  test('fails when it is answered with what was not asked for', () => {
    const table = new LeaseTable(3);
    table.join('w');
    table.submit('a', train(5, 6));
    const failed = table.done('w', held('a'), trained(5)).at(-1);
    expect(failed).toMatchObject({ kind: 'failed', code: 'SIDECAR_FAILED' });
    table.submit('b', train(5));
    expect(only(table.done('w', held('b'), DELETED), 'failed').code).toBe('SIDECAR_FAILED');
  });
});

describe('late answers', () => {
  test('to an attempt that was given up are fenced', () => {
    const table = new LeaseTable(3);
    table.join('w');
    table.submit('a', train(5));
    table.lose('w', 'it was silent');
    table.join('v');
    table.join('w');
    for (const attempt of [1, 2, 3]) {
      expect(table.measured('w', held('a', attempt), measurementOf(5))).toEqual([]);
      expect(table.done('w', held('a', attempt), trained(5))).toEqual([]);
      expect(table.failed('w', held('a', attempt), 'SIDECAR_FAILED', 'late')).toEqual([]);
    }
    expect(table.done('v', held('a', 1), trained(5))).toEqual([]);
    expect(table.done('v', held('a', 2), trained(5))).toHaveLength(2);
  });
});
