import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { RequestKind, RequestOf } from '../../../protocol/index.js';
import { experimentOf, poolOf } from '../../../tests/support/experiments.js';
import { createRecord, interceptRequests, temporaryFolder } from '../../../tests/support/runs.js';
import { grow, Mu2NetError, openRun, type RunState, type Status, surveyRuns } from '../index.js';
import { readHolder } from '../state/lock/holder.js';
import { lockRun } from '../state/lock/lock.js';
import { status } from './status.js';

const experiment = experimentOf({ taskIterations: 1 });
const pool = poolOf(experiment);

/** Grows a run; calls `before` ahead of each request, and returns the run's error. */
async function growWith(
  folder: string,
  before: (request: RequestOf<RequestKind>) => void,
): Promise<unknown> {
  const observed = interceptRequests(pool, async (request) => before(request));
  return grow(experiment, { folder, pool: observed }).then(
    () => null,
    (error: unknown) => error,
  );
}

const statusIn = (folder: string): Status => openRun('test', { folder }).status();

describe('the state of a run', () => {
  test('is what its process does, from the start to the last test', async () => {
    const folder = temporaryFolder();
    const seen: [request: string, state: RunState][] = [];
    const look = ({ kind }: RequestOf<RequestKind>) => {
      const state = kind === 'inspect' ? undefined : statusIn(folder).state;
      if (state !== undefined && seen.at(-1)?.[1] !== state) seen.push([kind, state]);
    };
    const stopped = await growWith(folder, ({ kind }) => {
      // The record is created after the tasks are inspected and the root is stored.
      if (kind === 'inspect') {
        expect(surveyRuns({ folder })).toMatchObject([
          { kind: 'start', run: 'test', state: 'starting', holder: { pid: process.pid } },
        ]);
      }
      if (kind === 'train') throw new Mu2NetError('CANCELLED', 'stopped');
    });
    expect(stopped).toMatchObject({ code: 'CANCELLED' });
    expect(statusIn(folder)).toMatchObject({ state: 'stopped', holder: null, secondsLeft: null });
    const observed = interceptRequests(pool, async (request) => {
      if (request.kind === 'inspect') {
        expect(statusIn(folder)).toMatchObject({ state: 'starting', holder: { pid: process.pid } });
      } else look(request);
    });
    await openRun('test', { folder }).resume({ pool: observed });
    const states = seen.map(([, state]) => state);
    expect(states).toEqual([
      'training',
      'testing',
      'training',
      'testing',
      'training',
      'testing',
      'finished',
    ]);
    expect(statusIn(folder)).toMatchObject({ state: 'finished', holder: null, secondsLeft: 0 });
  });

  test('is not finished while the last test is missing', async () => {
    const folder = temporaryFolder();
    await growWith(folder, ({ kind, ...rest }) => {
      const { task } = rest as { readonly task?: { readonly name: string } };
      const last = kind === 'evaluate' && statusIn(folder).task === null;
      if (last || task?.name === 'none') throw new Mu2NetError('CANCELLED', 'stopped');
    });
    const run = openRun('test', { folder });
    expect(run.status()).toMatchObject({ state: 'stopped', finished: false, task: null });
    expect(run.leaderboard().rows.at(-1)?.testAccuracy).toBeNull();
    await run.resume({ pool });
    expect(run.status()).toMatchObject({ state: 'finished', finished: true });
    expect(run.leaderboard().rows.at(-1)?.testAccuracy).not.toBeNull();
  });

  test('is failed, with the reason, until the run is resumed', async () => {
    const folder = temporaryFolder();
    const failure = { code: 'SIDECAR_LOST', message: 'the worker is gone' } as const;
    let trained = 0;
    await growWith(folder, ({ kind }) => {
      if (kind === 'train' && ++trained > 1) throw new Mu2NetError(failure.code, failure.message);
    });
    const failed = statusIn(folder);
    expect(failed).toMatchObject({ state: 'failed', holder: null, failure });
    expect(Date.parse(failed.failure?.failedAt ?? '')).toBeGreaterThan(
      Date.parse(failed.startedAt),
    );
    const run = openRun('test', { folder });
    const other = await run.branch('other');
    expect(other.status()).toMatchObject({ state: 'stopped', failure: null });
    await run.resume({ pool });
    expect(run.status()).toMatchObject({ state: 'finished', failure: null });
  });

  test('ignores a process that holds the run for other work', async () => {
    const folder = temporaryFolder();
    const run = await grow(experiment, { folder, pool });
    const wide = await run.branch('wide', { at: '0' });
    const lock = lockRun(run.directory, 'wide');
    expect(readHolder(run.directory)).toMatchObject({ pid: process.pid, branch: 'wide' });
    expect(run.status()).toMatchObject({ state: 'finished', holder: null });
    expect(wide.status()).toMatchObject({ state: 'starting', holder: { branch: 'wide' } });
    lock.release();
    const brief = lockRun(run.directory);
    expect(wide.status()).toMatchObject({ state: 'stopped', holder: null });
    brief.release();
    expect(readHolder(join(folder, 'test'))).toBeNull();
  });
});

test('the time left follows from the measured seconds of children', async () => {
  const ledger = await createRecord(experiment, pool);
  expect(status(ledger, 'test').secondsLeft).toBeNull();
  const measured = { kind: 'trained', qualities: [], components: null, compilations: 0 } as const;
  for (const [nth, trainSeconds] of [10, 20].entries()) {
    await ledger.recordMeasurement({
      ...measured,
      pathId: ledger.nextPathId() + nth,
      trainSeconds,
    });
  }
  // Two of 18 children are measured; each takes 15 s on the single worker.
  expect(status(ledger, 'test')).toMatchObject({ children: 18, secondsLeft: 16 * 15 });
});
