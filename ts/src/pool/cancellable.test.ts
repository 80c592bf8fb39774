import { expect, test } from 'vitest';
import { DIGITS, DIGITS_FACTS } from '../../../tests/support/requests.js';
import { cancellable, unlessAborted } from './cancellable.js';
import { NullPool } from './null.js';

const INSPECT = { kind: 'inspect', task: DIGITS } as const;
const poolOf = (delayMillis: number) =>
  new NullPool({ facts: new Map([[DIGITS.name, DIGITS_FACTS]]), delayMillis });

test('a pool with a signal cancels a request for it and for the signal of the request', async () => {
  for (const which of ['pool', 'request'] as const) {
    const stops = { pool: new AbortController(), request: new AbortController() };
    const pool = cancellable(poolOf(600_000), stops.pool.signal);
    const inspecting = pool.execute(INSPECT, { signal: stops.request.signal });
    stops[which].abort();
    await expect(inspecting).rejects.toMatchObject({ code: 'CANCELLED' });
  }
  const pool = cancellable(poolOf(0), new AbortController().signal);
  expect(await pool.execute(INSPECT)).toMatchObject({ numClasses: 10 });
  await pool.close();
  expect(pool.workers()).toEqual([]);
});

test('work that never ends is waited for until the signal aborts', async () => {
  const stop = new AbortController();
  const waiting = unlessAborted(new Promise(() => {}), stop.signal, 'waiting');
  stop.abort();
  await expect(waiting).rejects.toMatchObject({ code: 'CANCELLED' });
  await expect(unlessAborted(Promise.resolve(1), stop.signal, 'waiting')).rejects.toThrow(
    /^waiting was cancelled/,
  );
  const { signal } = new AbortController();
  expect(await unlessAborted(Promise.resolve(1), signal, 'waiting')).toBe(1);
  await expect(unlessAborted(Promise.reject(new Error('no')), signal, 'x')).rejects.toThrow('no');
});
