import { setTimeout } from 'node:timers/promises';
import { afterEach, describe, expect, test } from 'vitest';
import {
  type ControllerMessageOf,
  type PoolMessageOf,
  PROTOCOL_VERSION,
} from '../../protocol/index.js';
import { NullPool } from '../../ts/src/pool/null.js';
import type { Pool } from '../../ts/src/pool/pool.js';
import { ControllerLink } from '../../ts/src/pool/wire/controller-link.js';
import type { WorkerNews } from '../../ts/src/pool/worker-news.js';
import { askPool } from '../../ts/src/standing/ask-pool.js';
import { openPool } from '../../ts/src/standing/open-pool.js';
import { connectionOf } from '../../ts/src/standing/pool-folder.js';
import { type ServePoolOptions, servePool } from '../../ts/src/standing/serve.js';
import { plusExperimentOf, poolOf } from '../support/experiments.js';
import { recordFigure, recordSeconds } from '../support/figures.js';
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
  const folder = temporaryFolder();
  const serving = await servePool({ listen: 'tcp://127.0.0.1:0', folder, ...options });
  closing.push(() => serving.stop(0));
  return folder;
}

const BROKER = 'the broker of a standing pool is killed';

const ATTACH: ControllerMessageOf<'attach'> = {
  type: 'attach',
  version: PROTOCOL_VERSION,
  controller: 'gone',
  share: 1,
  priority: 'normal',
  awaits: [],
};
const facts = new Map([[DIGITS.name, DIGITS_FACTS]]);

function join(folder: string, name: string, pool: Pool) {
  const worker = new NullWorker(folder, name, pool);
  closing.push(() => worker.kill());
  return worker;
}

describe('a run on a standing pool', () => {
  test.each([1, 2, 4])('has the same record with %i workers', async (workers) => {
    const experiment = plusExperimentOf();
    const folder = await serve();
    for (let nth = 0; nth < workers; nth++) join(folder, `w${nth}`, poolOf(experiment));
    const pool = await openPool(folder, { checksObjects: false });
    closing.push(() => pool.close());
    const ledger = await createRecord(experiment, poolOf(experiment));
    await growToEnd(ledger, pool);
    expect(recordOf(ledger)).toEqual(await uninterruptedRecord(experiment));
  });

  test('goes on without a child at which two workers crash, whoever they are', async () => {
    const experiment = plusExperimentOf();
    const records = [];
    for (const workers of [1, 2, 4]) {
      const folder = await serve();
      // The children of a cohort of one worker are separated, too.
      const poisoned = interceptRequests(poolOf(experiment), async (request) => {
        if (request.kind !== 'train') return;
        if (request.children.some(({ pathId }) => pathId === 3)) throw new Error('cannot compile');
      });
      for (let nth = 0; nth < workers; nth++) join(folder, `w${nth}`, poisoned);
      const pool = await openPool(folder, { checksObjects: false });
      closing.push(() => pool.close());
      const ledger = await createRecord(experiment, poolOf(experiment));
      if (workers === 1) {
        // Nobody confirms the crash, so it may be the worker's own.
        await expect(growToEnd(ledger, pool)).rejects.toMatchObject({
          code: 'SIDECAR_FAILED',
          message: expect.stringMatching(/^train \w+, path 3: cannot compile$/),
        });
        join(folder, 'another', poisoned);
      }
      while (pool.workers().length < Math.max(2, workers)) await setTimeout(10);
      await growToEnd(ledger, pool);
      records.push(recordOf(ledger));
      expect(ledger.measurement(3)).toEqual({
        ...{ kind: 'diverged', pathId: 3, qualities: [] },
        ...{ components: null, reason: 'cannot compile' },
      });
      expect(ledger.measurement(4)?.kind).toBe('trained');
    }
    expect(records[1]).toEqual(records[0]);
    expect(records[2]).toEqual(records[0]);
  });

  test('fails if workers crash at every child of a generation', async () => {
    const experiment = plusExperimentOf();
    const folder = await serve();
    const broken = interceptRequests(poolOf(experiment), async ({ kind }) => {
      if (kind === 'train') throw new Error('no compiler');
    });
    for (const name of ['a', 'b']) join(folder, name, broken);
    const pool = await openPool(folder, { checksObjects: false });
    closing.push(() => pool.close());
    while (pool.workers().length < 2) await setTimeout(10);
    const ledger = await createRecord(experiment, poolOf(experiment));
    await expect(growToEnd(ledger, pool)).rejects.toMatchObject({
      code: 'SIDECAR_FAILED',
      message: expect.stringContaining('crashed at every child of a generation: no compiler'),
    });
    expect(ledger.storedDigests().length).toBeGreaterThan(0);
    expect(ledger.children()).toEqual([]);
  });

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
    const workers = ['a', 'b', 'c'].map((name) => join(process.folder, name, computing));
    const changes: string[] = [];
    const pool = await openPool(process.folder, {
      checksObjects: false,
      onWorker: ({ change }) => {
        changes.push(change);
        if (change === 'back') recordSeconds(BROKER, 'its controller is back after', killedAt);
      },
    });
    closing.push(() => pool.close());
    let killedAt = 0;
    let beats = 0;
    let restarting = Promise.resolve();
    await growToEnd(ledger, pool, ({ type }) => {
      if (type !== 'progress') return;
      beats++;
      if (beats === 20) workers[0]?.kill();
      if (beats !== 10 && beats !== 40) return;
      restarting = restarting.then(async () => {
        await process.end('SIGKILL');
        killedAt = performance.now();
        await process.start();
      });
    });
    await restarting;
    expect(recordOf(ledger)).toEqual(expected);
    expect(again).toEqual([]);
    recordFigure({ fault: BROKER, measure: 'lost measurements', value: again.length, unit: '' });
    expect(changes.filter((change) => change === 'back')).toHaveLength(2);
    expect(await process.end('SIGTERM')).toBe(0);
  });
});

describe('a measurement of an object that is not in the store', () => {
  test('does not count, is asked for again, and fails the request the third time', async () => {
    const folder = await serve();
    let asked = 0;
    const liar = interceptRequests(new NullPool({ facts }), async ({ kind }) => {
      if (kind === 'train') asked++;
    });
    join(folder, 'liar', liar);
    const changes: string[] = [];
    const measured: number[] = [];
    const onWorker = ({ change }: WorkerNews) => changes.push(change);
    const pool = await openPool(folder, { onWorker });
    closing.push(() => pool.close());
    const training = pool.execute(trainRequest(temporaryFolder(), [1]), {
      onMeasured: ({ pathId }) => measured.push(pathId),
    });
    await expect(training).rejects.toMatchObject({
      code: 'STORE_MISSING',
      message: expect.stringMatching(
        /^worker liar: it reported object .* cannot be read \(ENOENT\)/,
      ),
    });
    expect({ asked, measured }).toEqual({ asked: 3, measured: [] });
    expect(changes.filter((change) => change === 'malformed')).toHaveLength(2);
    // The pool goes on.
    expect((await pool.execute({ kind: 'inspect', task: DIGITS })).numClasses).toBe(10);
  });
});

describe('a controller that', () => {
  test('disappears frees its worker for others', async () => {
    const folder = await serve({ goneMillis: 600 });
    const [endless, quick] = [new NullPool({ facts, delayMillis: 1e9 }), new NullPool({ facts })];
    const leased = new Promise<void>((resolve) => {
      join(folder, 'only', {
        ...{ workers: () => [], close: async () => {} },
        execute(request, options) {
          if (request.kind === 'train') resolve();
          return (request.kind === 'train' ? endless : quick).execute(request, options);
        },
      });
    });
    const { endpoint, credentials } = connectionOf(folder, 'controller');
    const link: ControllerLink = new ControllerLink(endpoint, 'gone', credentials, {
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
    const pool = await openPool(folder);
    closing.push(() => pool.close());
    expect((await pool.execute({ kind: 'inspect', task: DIGITS })).numClasses).toBe(10);
  });

  test('is where no pool answers says so', async () => {
    const folder = temporaryFolder();
    await expect(openPool(folder)).rejects.toMatchObject({ code: 'POOL_AWAY' });
    const serving = await servePool({ listen: 'tcp://127.0.0.1:0', folder });
    await serving.stop();
    await expect(openPool(folder, { answerMillis: 200 })).rejects.toMatchObject({
      code: 'POOL_AWAY',
      message: expect.stringContaining(serving.place.controllers),
    });
    await expect(openPool('tcp://nowhere')).rejects.toMatchObject({ code: 'CONFIG_INVALID' });
    await expect(openPool('tcp://127.0.0.1:9')).rejects.toMatchObject({ code: 'KEY_INVALID' });
  });
});

describe('a worker that', () => {
  async function serveTwo() {
    const folder = await serve();
    const [one, two] = ['one', 'two'].map((name) => join(folder, name, new NullPool({ facts })));
    const pool = await openPool(folder, { controller: 'ada', checksObjects: false });
    closing.push(() => pool.close());
    const survey = () => askPool(folder, { type: 'survey' });
    const manage = (action: 'drain' | 'evict' | 'admit', worker: string) =>
      askPool(folder, { type: 'manage', action, worker });
    const until = async (condition: (survey: PoolMessageOf<'surveyed'>) => boolean) => {
      for (;;) {
        const now = await survey();
        if (condition(now)) return now;
        await setTimeout(20);
      }
    };
    await until(({ workers }) => workers.length === 2);
    return { folder, pool, survey, manage, until, one, two };
  }
  const names = ({ workers }: PoolMessageOf<'surveyed'>) => workers.map(({ name }) => name).sort();

  test('is drained or evicted leaves, and is remembered until it is admitted', async () => {
    const { folder, pool, manage, until, two } = await serveTwo();
    expect(await manage('drain', 'nobody')).toMatchObject({
      isKnown: false,
      message: expect.stringContaining('it has one, two'),
    });
    expect(await manage('drain', 'one')).toMatchObject({ isKnown: true });
    await until((survey) => names(survey).join() === 'two');
    // One that comes back is welcome, and gets nothing.
    join(folder, 'one', new NullPool({ facts }));
    const back = await until((survey) => names(survey).length === 2);
    expect(back.workers.find(({ name }) => name === 'one')?.state).toBe('drained');
    expect((await pool.execute({ kind: 'inspect', task: DIGITS })).numClasses).toBe(10);
    expect(pool.workers().map(({ name }) => name)).toEqual(['two']);
    await manage('admit', 'one');
    await until(({ workers }) => workers.every(({ state }) => state === 'ready'));
    await manage('evict', 'two');
    const left = await until((survey) => names(survey).join() === 'one');
    expect(left.barred).toEqual([{ worker: 'two', state: 'evicted' }]);
    two?.kill();
    expect((await pool.execute(trainRequest('/store', [1, 2]))).measurements).toHaveLength(2);
  });

  test('is evicted in the midst of a request loses it to another', async () => {
    const folder = await serve();
    join(folder, 'stuck', new NullPool({ facts, delayMillis: 1e9 }));
    const pool = await openPool(folder);
    closing.push(() => pool.close());
    const inspecting = pool.execute({ kind: 'inspect', task: DIGITS });
    join(folder, 'free', new NullPool({ facts }));
    await askPool(folder, { type: 'manage', action: 'evict', worker: 'stuck' });
    expect((await inspecting).numClasses).toBe(10);
  });
});

test('what is barred and used is remembered when the pool is started again', async () => {
  const folder = temporaryFolder();
  const listen = 'tcp://127.0.0.1:0';
  const first = await servePool({ listen, folder });
  const worker = new NullWorker(folder, 'one', new NullPool({ facts }));
  const pool = await openPool(folder, { controller: 'ada', checksObjects: false });
  await pool.execute({ kind: 'inspect', task: DIGITS });
  await pool.close();
  await askPool(folder, { type: 'manage', action: 'drain', worker: 'one' });
  await first.stop();
  worker.kill();
  const second = await servePool({ listen, folder });
  closing.push(() => second.stop(0));
  const { barred, usage, workers } = await askPool(folder, { type: 'survey' });
  expect(barred).toEqual([{ worker: 'one', state: 'drained' }]);
  expect(usage).toMatchObject([{ name: 'ada', requests: 1 }]);
  expect(workers).toEqual([]);
});

test('controllers of one pool get their shares of it', async () => {
  const folder = await serve();
  join(folder, 'only', new NullPool({ facts, delayMillis: 4 }));
  const order: string[] = [];
  const grow = async (controller: string, share: number) => {
    const pool = await openPool(folder, { controller, share, checksObjects: false });
    closing.push(() => pool.close());
    const requests = Array.from({ length: 24 }, async (_, at) => {
      await pool.execute(trainRequest('/store', [at]));
      order.push(controller);
    });
    return Promise.all(requests);
  };
  await Promise.all([grow('big', 3), grow('small', 1)]);
  // While both had requests, three of four were of the bigger share.
  const small = order.slice(0, 24).filter((each) => each === 'small').length;
  expect(small).toBeGreaterThanOrEqual(3);
  expect(small).toBeLessThanOrEqual(9);
});
