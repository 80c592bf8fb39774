import { setTimeout } from 'node:timers/promises';

/** When workers are pinged after a connection was lost, because the socket may notice it later. */
const PING_MILLIS = [0, 20, 200];

/** Pings workers now and soon: ZeroMQ does not say whose connection was lost, but a send to it fails. */
export function pingSoon(pingAll: () => void): void {
  for (const millis of PING_MILLIS) {
    void setTimeout(millis, undefined, { ref: false }).then(pingAll);
  }
}

/** Waits for a promise, but not longer than so many milliseconds. */
export async function within(millis: number, promise: Promise<void>): Promise<void> {
  const waited = new AbortController();
  await Promise.race([promise, setTimeout(millis, undefined, waited)]);
  waited.abort();
}
