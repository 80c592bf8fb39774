import { readdirSync, readFileSync } from 'node:fs';
import { performance } from 'node:perf_hooks';
import { expect, test } from 'vitest';
import type { Pool } from '../../ts/src/pool/pool.js';
import { openLocalPool } from '../../ts/src/sidecar/local.js';
import { lastPid } from '../support/pids.js';
import { initialiseRequest, trainRequest } from '../support/requests.js';
import { temporaryFolder } from '../support/runs.js';
import { times } from '../support/thorough.js';

/** How long it lasts: two hours by `npm run soak`. */
const minutes = Number(process.env.MU2NET_SOAK_MINUTES ?? times(3, 0.2));

/** Memory is compared only after this time, because caches fill first. */
const MINUTES_TO_FILL = 10;

/** The resources that a process uses. */
interface Use {
  readonly residentKiB: number;
  readonly files: number;
}

function useOf(pid: number): Use {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  const residentKiB = Number(/^VmRSS:\s+(\d+)/m.exec(status)?.[1]);
  return { residentKiB, files: readdirSync(`/proc/${pid}/fd`).length };
}

/** Does everything that the bridge does once, failures and cancellation included. */
async function doRound(pool: Pool, store: string) {
  await pool.execute(initialiseRequest(store));
  const { measurements } = await pool.execute(trainRequest(store, [1, 2]));
  const absent = { kind: 'copy' as const, store, from: store, digests: ['ab'.repeat(32)] };
  await expect(pool.execute(absent)).rejects.toMatchObject({ code: expect.any(String) });
  const cancelling = new AbortController();
  const { signal } = cancelling;
  const cancelled = pool.execute(trainRequest(store, [3], 100_000), {
    signal,
    onProgress: () => cancelling.abort(),
  });
  await expect(cancelled).rejects.toMatchObject({ code: 'CANCELLED' });
  return measurements.map((each) => ({ ...each, trainSeconds: 0, compilations: 0 }));
}

const median = (values: readonly number[]) =>
  [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;

/** How much the median of the last quarter exceeds that of the second, as a fraction. */
function growthOf(values: readonly number[]): number {
  const quarter = Math.floor(values.length / 4);
  return median(values.slice(-quarter)) / median(values.slice(quarter, 2 * quarter)) - 1;
}

test('a bridge that works for long keeps its results, files and memory', {
  timeout: (minutes + 20) * 60_000,
}, async ({ annotate }) => {
  const messages: string[] = [];
  const logDirectory = temporaryFolder();
  const onWorker = ({ message }: { message: string }) => messages.push(message);
  const pool = await openLocalPool({ logDirectory, onWorker });
  const pids = { controller: process.pid, worker: lastPid(messages) };
  const uses = { controller: [] as Use[], worker: [] as Use[] };
  try {
    const store = temporaryFolder();
    const expected = await doRound(pool, store);
    const end = performance.now() + minutes * 60_000;
    do {
      expect(await doRound(pool, store)).toEqual(expected);
      for (const side of ['controller', 'worker'] as const) uses[side].push(useOf(pids[side]));
    } while (performance.now() < end || uses.worker.length < 4);
  } finally {
    await pool.close();
  }
  for (const side of ['controller', 'worker'] as const) {
    const files = uses[side].map((use) => use.files);
    expect(growthOf(files)).toBeLessThanOrEqual(0);
    const growth = growthOf(uses[side].map(({ residentKiB }) => residentKiB));
    const percent = `${(growth * 100).toFixed(1)} %`;
    await annotate(`${files.length} rounds; the memory of the ${side} grew by ${percent}`);
    if (minutes >= MINUTES_TO_FILL) expect(growth).toBeLessThanOrEqual(0.05);
  }
});
