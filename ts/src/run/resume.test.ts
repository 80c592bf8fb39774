import { describe, expect, test } from 'vitest';
import type { Measurement, RequestOf } from '../../../protocol/index.js';
import { experimentOf, plusExperimentOf, poolOf } from '../../../tests/support/experiments.js';
import {
  createRecord,
  growToEnd,
  interceptRequests,
  recordOf,
  uninterruptedRecord,
} from '../../../tests/support/runs.js';
import type { Pool } from '../pool/pool.js';
import type { RunEvent } from './events/events.js';

/** Returns a pool whose children never reach their bar. */
function withoutComponents(pool: Pool): Pool {
  const measurements = ({ children }: RequestOf<'train'>): Measurement[] =>
    children.map(({ pathId }) => ({
      kind: 'diverged',
      pathId,
      qualities: [],
      components: null,
      reason: 'as the test wants it',
    }));
  return {
    workers: () => pool.workers(),
    close: () => pool.close(),
    async execute(request, options) {
      const result = await pool.execute(request, request.kind === 'train' ? {} : options);
      return request.kind === 'train'
        ? { ...result, measurements: measurements(request as RequestOf<'train'>) }
        : result;
    },
  };
}

describe.each([
  ['µ2Net', experimentOf, ['train', 'evaluate', 'collect'] as const],
  ['µ2Net+', plusExperimentOf, ['train', 'evaluate', 'collect', 'flops'] as const],
])('a run of %s that stops', (_, experimentOf, kinds) => {
  test.each([...kinds])('at any %s request resumes to the same record', async (kind) => {
    const experiment = experimentOf({ taskIterations: 1 });
    const expected = await uninterruptedRecord(experiment);
    const pool = poolOf(experiment, { workers: 2 });
    let stops = 0;
    for (let nth = 0; ; nth++) {
      let seen = 0;
      const fails = interceptRequests(pool, async (request) => {
        if (request.kind === kind && seen++ === nth) throw new Error('stop');
      });
      const ledger = await createRecord(experiment, pool);
      const stopped = await growToEnd(ledger, fails).then(
        () => false,
        () => true,
      );
      await growToEnd(ledger, pool);
      expect(recordOf(ledger)).toEqual(expected);
      if (!stopped) break;
      stops++;
    }
    expect(stops).toBeGreaterThanOrEqual(3);
  });

  test('after any write resumes to the same record', async () => {
    const experiment = experimentOf({ taskIterations: 1 });
    const expected = await uninterruptedRecord(experiment);
    const pool = poolOf(experiment);
    const writes = [
      'recordMeasurement',
      'recordGeneration',
      'recordIteration',
      'recordEvaluation',
      'removeStored',
    ] as const;
    for (const write of writes) {
      for (let nth = 0; nth < 3; nth++) {
        const ledger = await createRecord(experiment, pool);
        const written = ledger[write].bind(ledger) as (...row: unknown[]) => unknown;
        let seen = 0;
        const stop = () => {
          if (seen++ === nth) throw new Error('stop');
        };
        Object.assign(ledger, {
          [write]: (...row: unknown[]) => {
            const end = written(...row);
            return end instanceof Promise ? end.then(stop) : stop();
          },
        });
        await expect(growToEnd(ledger, pool)).rejects.toThrow('stop');
        await growToEnd(ledger, pool);
        expect(recordOf(ledger)).toEqual(expected);
      }
    }
  });

  test('because a measurement cannot be written trains no further child', async () => {
    const pool = poolOf(experimentOf());
    const ledger = await createRecord(experimentOf(), pool);
    Object.assign(ledger, { recordMeasurement: () => Promise.reject(new Error('disk full')) });
    const training = new Set<number>();
    const onEvent = (event: RunEvent) => {
      if (event.type === 'progress') training.add(event.pathId);
    };
    await expect(growToEnd(ledger, pool, onEvent)).rejects.toThrow('disk full');
    expect([...training]).toEqual([1]);
  });

  test('by its signal rejects with CANCELLED, keeps measurements, and resumes', async () => {
    const experiment = experimentOf({ taskIterations: 1 });
    const pool = poolOf(experiment);
    const ledger = await createRecord(experiment, pool);
    const stop = new AbortController();
    const stopAt = (event: RunEvent) => {
      if (event.type === 'progress' && event.pathId === 9) stop.abort();
    };
    await expect(growToEnd(ledger, pool, stopAt, stop.signal)).rejects.toMatchObject({
      code: 'CANCELLED',
    });
    expect(ledger.measurement(8)).toMatchObject({ kind: 'trained', pathId: 8 });
    expect(ledger.measurement(9)).toBeNull();
    await growToEnd(ledger, pool);
    expect(recordOf(ledger)).toEqual(await uninterruptedRecord(experiment));
  });

  test('does not train a measured child again', async () => {
    const experiment = experimentOf({ taskIterations: 1 });
    const pool = poolOf(experiment, { workers: 3 });
    const trained: number[] = [];
    let failing = true;
    const spy = interceptRequests(pool, async (request) => {
      if (request.kind !== 'train') return;
      const [child] = request.children;
      if (failing && child?.pathId === 5) throw new Error('stop');
      trained.push(...request.children.map(({ pathId }) => pathId));
    });
    const ledger = await createRecord(experiment, spy);
    await expect(growToEnd(ledger, spy)).rejects.toThrow('stop');
    failing = false;
    await growToEnd(ledger, spy);
    const once = ledger.children().map(({ pathId }) => pathId);
    expect(trained.toSorted((a, b) => a - b)).toEqual(once);
  });

  test('because no child was retained names the task and keeps its record', async () => {
    const experiment = experimentOf();
    const pool = withoutComponents(poolOf(experiment));
    const ledger = await createRecord(experiment, pool);
    const failure = { code: 'NO_SURVIVOR', message: expect.stringMatching(/^a: .*$/) };
    await expect(growToEnd(ledger, pool)).rejects.toMatchObject(failure);
    expect(ledger.children()).toHaveLength(6);
    await expect(growToEnd(ledger, pool)).rejects.toMatchObject(failure);
  });
});
