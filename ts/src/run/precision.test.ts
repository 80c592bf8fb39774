import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { experimentOf, poolOf } from '../../../tests/support/experiments.js';
import { growDirectory, temporaryFolder } from '../../../tests/support/runs.js';
import { openRun } from '../api/open-run.js';
import type { Pool, WorkerInfo } from '../pool/pool.js';
import { readRun } from '../state/record/ledger.js';
import { parseAddress } from '../state/runs.js';
import { precisionOf } from './precision.js';
import { resumeRun } from './session.js';

const experiment = experimentOf({ taskIterations: 1 });

/** Returns a pool whose workers compute in these precisions. */
function poolWithPrecisions(...precisions: WorkerInfo['engine']['precision'][]): Pool {
  const pool = poolOf(experiment, { workers: precisions.length });
  return {
    execute: (request, options) => pool.execute(request, options),
    workers: () =>
      pool.workers().map((worker, at) => ({
        ...worker,
        engine: { ...worker.engine, precision: precisions[at] ?? 'float32' },
      })),
    close: () => pool.close(),
  };
}

describe('the precision of a run', () => {
  test('is recorded and does not change', async () => {
    const folder = temporaryFolder();
    const stopping = new AbortController();
    const growing = growDirectory(experiment, {
      folder,
      pool: poolWithPrecisions('bfloat16'),
      signal: stopping.signal,
      onEvent({ type }) {
        if (type === 'generation') stopping.abort();
      },
    });
    await expect(growing).rejects.toMatchObject({ code: 'CANCELLED' });
    const address = parseAddress(join(folder, 'test'));
    expect(readRun(address, precisionOf)).toBe('bfloat16');
    expect(openRun(address.directory).status().workers).toMatchObject([
      { engine: { precision: 'bfloat16' } },
    ]);
    await expect(resumeRun(address, { pool: poolWithPrecisions('float32') })).rejects.toMatchObject(
      {
        code: 'CONFIG_INVALID',
        message:
          'run test is computed in bfloat16, but worker null-0 computes in float32; use --precision bfloat16 for all sessions of this run',
      },
    );
    await resumeRun(address, { pool: poolWithPrecisions('bfloat16', 'bfloat16') });
    expect(openRun(address.directory).status().finished).toBe(true);
  });

  test('must be the same for all workers', async () => {
    const folder = temporaryFolder();
    const pool = poolWithPrecisions('float32', 'bfloat16');
    await expect(growDirectory(experiment, { folder, pool })).rejects.toMatchObject({
      code: 'CONFIG_INVALID',
      message: expect.stringContaining('null-1 computes in bfloat16'),
    });
  });

  test('may differ in a run that continues another', async () => {
    const folder = temporaryFolder();
    await growDirectory(experiment, { folder, pool: poolWithPrecisions('bfloat16') });
    const continued = { ...experiment, name: 'more', continueFrom: join(folder, 'test') };
    const directory = await growDirectory(continued, {
      folder,
      pool: poolWithPrecisions('float32'),
    });
    expect(readRun(parseAddress(directory), precisionOf)).toBe('float32');
  });
});

test('devices that cannot divide a batch evenly are refused before the run starts', async () => {
  const options = { folder: temporaryFolder(), engine: { devices: 5 } };
  await expect(growDirectory(experiment, options)).rejects.toMatchObject({
    code: 'CONFIG_INVALID',
    message: expect.stringContaining('5 devices cannot divide a batch of 64 images evenly'),
  });
});
