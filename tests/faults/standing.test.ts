import { afterEach, describe, expect, test } from 'vitest';
import { type ControllerMessageOf, PROTOCOL_VERSION } from '../../protocol/index.js';
import { CONTROLLER } from '../../ts/src/pool/broker.js';
import { ControllerLink } from '../../ts/src/pool/controller-link.js';
import { NullPool } from '../../ts/src/pool/null.js';
import { openPool } from '../../ts/src/pool/open-pool.js';
import type { Pool } from '../../ts/src/pool/pool.js';
import { type ServePoolOptions, servePool } from '../../ts/src/standing/serve.js';
import { plusExperimentOf, poolOf } from '../support/experiments.js';
import { NullWorker } from '../support/null-worker.js';
import { DIGITS, DIGITS_FACTS, trainRequest } from '../support/requests.js';
import {
  createRecord,
  growToEnd,
  interceptRequests,
  recordOf,
  temporaryFolder,
  uninterruptedRecord,
} from '../support/runs.js';
import { ServeProcess } from '../support/standing.js';

const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

async function serve(options: Partial<ServePoolOptions> = {}) {
  const listen = 'tcp://127.0.0.1:0';
  const serving = await servePool({ listen, folder: temporaryFolder(), ...options });
  closing.push(() => serving.stop(0));
  return serving;
}

const ATTACH: ControllerMessageOf<'attach'> = {
  type: 'attach',
  version: PROTOCOL_VERSION,
  controller: 'gone',
  share: 1,
  priority: 'normal',
  awaits: [],
};
const facts = new Map([[DIGITS.name, DIGITS_FACTS]]);

function join(endpoint: string, name: string, pool: Pool) {
  const worker = new NullWorker(endpoint, name, pool);
  closing.push(() => worker.kill());
  return worker;
}

describe('a run on a standing pool', () => {
  test('has the record of an undisturbed one after kills of the pool and of workers', async () => {
    const experiment = plusExperimentOf();
    const expected = await uninterruptedRecord(experiment);
    const process = new ServeProcess(temporaryFolder());
    closing.push(() => process.end('SIGKILL'));
    await process.start();
    const ledger = await createRecord(experiment, poolOf(experiment));
    // A child whose measurement is recorded must not be trained again.
    const again: number[] = [];
    const computing = interceptRequests(poolOf(experiment, { delayMillis: 2 }), async (request) => {
      if (request.kind !== 'train') return;
      for (const { pathId } of request.children) if (ledger.measurement(pathId)) again.push(pathId);
    });
    const workers = ['a', 'b', 'c'].map((name) => join(process.endpoint, name, computing));
    const changes: string[] = [];
    const pool = await openPool(process.endpoint, {
      onWorker: ({ change }) => changes.push(change),
    });
    closing.push(() => pool.close());
    let beats = 0;
    let restarting = Promise.resolve();
    await growToEnd(ledger, pool, ({ type }) => {
      if (type !== 'progress') return;
      beats++;
      if (beats === 20) workers[0]?.kill();
      if (beats !== 10 && beats !== 40) return;
      restarting = restarting.then(async () => {
        await process.end('SIGKILL');
        await process.start();
      });
    });
    await restarting;
    expect(recordOf(ledger)).toEqual(expected);
    expect(again).toEqual([]);
    expect(changes.filter((change) => change === 'back')).toHaveLength(2);
    expect(await process.end('SIGTERM')).toBe(0);
  });
});

describe('a controller that', () => {
  test('disappears frees its worker for others', async () => {
    const { endpoint } = await serve({ goneMillis: 600 });
    const [endless, quick] = [new NullPool({ facts, delayMillis: 1e9 }), new NullPool({ facts })];
    const leased = new Promise<void>((resolve) => {
      join(endpoint, 'only', {
        ...{ workers: () => [], close: async () => {} },
        execute(request, options) {
          if (request.kind === 'train') resolve();
          return (request.kind === 'train' ? endless : quick).execute(request, options);
        },
      });
    });
    const link: ControllerLink = new ControllerLink(endpoint, `${CONTROLLER}gone`, {
      onConnect: () => link.send(ATTACH),
      onDisconnect: () => {},
      onRefused: () => {},
      onMessage: ({ type }) => {
        const request = trainRequest('/store', [1]);
        if (type === 'attached') link.send({ type: 'submit', id: 'gone-1', request });
      },
    });
    await leased;
    await link.close();
    const pool = await openPool(endpoint);
    closing.push(() => pool.close());
    expect((await pool.execute({ kind: 'inspect', task: DIGITS })).numClasses).toBe(10);
  });

  test('is where no pool answers says so', async () => {
    await expect(openPool('tcp://127.0.0.1:9', { answerMillis: 200 })).rejects.toMatchObject({
      code: 'POOL_AWAY',
      message: expect.stringContaining('tcp://127.0.0.1:9'),
    });
    await expect(openPool('somewhere')).rejects.toMatchObject({ code: 'CONFIG_INVALID' });
  });
});
