import { performance } from 'node:perf_hooks';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { RequestOf, ResultOf } from '../../protocol/index.js';
import { BrokerPool } from '../../ts/src/pool/broker-pool.js';
import { recordSeconds } from '../support/figures.js';
import { type Network, openNetwork } from '../support/network.js';
import { trainRequest } from '../support/requests.js';
import { temporaryFolder } from '../support/runs.js';
import { isThorough } from '../support/thorough.js';
import { Events, SESSION, startWorker } from './peers.js';

/** A request that takes some seconds, and reports its progress often. */
const request = (store: string): RequestOf<'train'> => trainRequest(store, [1, 2], 400);

/** A result without what differs from one process to the next. */
const timeless = ({ measurements }: ResultOf<'train'>) =>
  measurements.map((each) => ({ ...each, trainSeconds: 0, compilations: 0 }));

/** Returns the answer of an undisturbed worker. */
async function undisturbed(): Promise<ReturnType<typeof timeless>> {
  const { pool } = await openPool('127.0.0.1');
  startWorker(pool.endpoint);
  return timeless(await pool.execute(request(temporaryFolder())));
}

async function openPool(address: string) {
  const events = new Events();
  const { security } = SESSION;
  const endpoint = `tcp://${address}:0`;
  const pool = await BrokerPool.open({ security, endpoint, onEvent: events.listen });
  onTestFinished(() => pool.close());
  return { pool, events };
}

/** Creates a network, or skips the test and says why. */
async function networkOf(skip: (why: string) => void): Promise<Network> {
  const network = await openNetwork();
  if (!network) skip('this machine does not let us make network namespaces');
  return network as Network;
}

describe.skipIf(!isThorough)('a worker on another host', () => {
  test('behind a slow network that loses packets answers the same', async ({ skip, annotate }) => {
    const expected = await undisturbed();
    const network = await networkOf(skip);
    await annotate(await network.impair());
    const { pool, events } = await openPool(network.address);
    startWorker(pool.endpoint, { command: network.command });
    await events.first('joined');
    const askedAt = performance.now();
    expect(timeless(await pool.execute(request(temporaryFolder())))).toEqual(expected);
    recordSeconds('the network is slow and loses packets', 'answered after', askedAt);
    expect(events.all.filter(({ type }) => type === 'lost')).toEqual([]);
  });

  test('that is cut off is noticed, another does its work, and it can return', async ({
    skip,
    annotate,
  }) => {
    const expected = await undisturbed();
    const network = await networkOf(skip);
    const { pool, events } = await openPool(network.address);
    startWorker(pool.endpoint, { name: 'far', command: network.command });
    await events.first('joined');
    let cutAt = 0;
    const training = pool.execute(request(temporaryFolder()), {
      onProgress: () => {
        if (cutAt > 0) return;
        cutAt = performance.now();
        network.setConnected(false).catch(expect.fail);
        startWorker(pool.endpoint, { name: 'near' });
      },
    });
    expect(await events.first('lost')).toMatchObject({ worker: 'far' });
    recordSeconds('a worker on another host is cut off', 'noticed after', cutAt);
    await annotate(`noticed after ${((performance.now() - cutAt) / 1000).toFixed(1)} s`);
    expect(timeless(await training)).toEqual(expected);
    recordSeconds('a worker on another host is cut off', 'answered by another after', cutAt);
    expect(pool.workers().map(({ name }) => name)).toEqual(['near']);
    await network.setConnected(true);
    const connectedAt = performance.now();
    await expect
      .poll(() => pool.workers().map(({ name }) => name), { timeout: 120_000 })
      .toContain('far');
    recordSeconds('a worker on another host is cut off', 'returned after', connectedAt);
  });
});
