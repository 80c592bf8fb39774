import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { pack } from 'msgpackr';
import { afterEach, describe, expect, test } from 'vitest';
import { Dealer } from 'zeromq';
import { type Measurement, PROTOCOL_VERSION } from '../../protocol/index.js';
import type { BrokerPoolOptions } from '../../ts/src/pool/broker-options.js';
import { BrokerPool } from '../../ts/src/pool/broker-pool.js';
import { TAG } from '../../ts/src/pool/wire/versions.js';
import { trainRequest } from '../support/requests.js';
import { temporaryFolder } from '../support/runs.js';
import { Events, Peer, peerKeys, SESSION } from './peers.js';

const COLLECT = { kind: 'collect' as const, store: '/store', digests: [] };
const DELETED = { kind: 'collect' as const, deleted: 0 };
const measurementOf = (path: number): Measurement => ({
  kind: 'diverged',
  pathId: path,
  qualities: [],
  components: null,
  reason: 'test',
});

const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

const { security } = SESSION;

async function openBroker(options: Partial<BrokerPoolOptions> = {}) {
  const events = new Events();
  const pool = await BrokerPool.open({ security, ...options, onEvent: events.listen });
  closing.push(() => pool.close());
  return { pool, events };
}

function openPeer(pool: BrokerPool, routingId: string): Peer {
  const peer = new Peer(pool.endpoint, routingId);
  closing.push(() => peer.socket.close());
  return peer;
}

/** Starts a worker that answers all requests. */
async function startHonestWorker(pool: BrokerPool, name: string): Promise<void> {
  const peer = openPeer(pool, name);
  await peer.join(name);
  const serve = async () => {
    for (;;) {
      const { lease, attempt, request } = await peer.hear('lease');
      const result =
        request.kind === 'train'
          ? {
              kind: 'train' as const,
              measurements: request.children.map(({ pathId }) => measurementOf(pathId)),
            }
          : DELETED;
      await peer.say({ type: 'done', lease, attempt, result });
    }
  };
  serve().catch(() => {});
}

describe('a worker that', () => {
  test('disappears is lost, and another worker does the rest of its request', async () => {
    const { pool, events } = await openBroker();
    const first = openPeer(pool, 'first');
    await first.join('first');
    const measured: number[] = [];
    const onMeasured = ({ pathId }: Measurement) => measured.push(pathId);
    const training = pool.execute(trainRequest('/store', [1, 2]), { onMeasured });
    const { lease, attempt } = await first.hear('lease');
    await first.say({ type: 'measured', lease, attempt, measurement: measurementOf(2) });
    const second = openPeer(pool, 'second');
    await second.join('second');
    first.socket.close();
    expect(await events.first('lost')).toMatchObject({ worker: 'first' });
    const again = await second.hear('lease');
    expect(again).toMatchObject({ lease, attempt: 2, request: { children: [{ pathId: 1 }] } });
    const result = { kind: 'train' as const, measurements: [measurementOf(1)] };
    await second.say({ type: 'done', lease, attempt: 2, result });
    expect((await training).measurements.map(({ pathId }) => pathId)).toEqual([1, 2]);
    expect(measured).toEqual([2, 1]);
  });

  test('is silent is lost, its late answer is ignored, and it can return', async () => {
    const { pool, events } = await openBroker({ heartbeatMillis: 50, lostAfterMillis: 200 });
    const silent = openPeer(pool, 'silent');
    await silent.join('silent');
    const collecting = pool.execute(COLLECT);
    const { lease, attempt } = await silent.hear('lease');
    expect((await events.first('lost')).reason).toContain('silent for 200 ms');
    expect(pool.workers()).toEqual([]);
    await silent.say({ type: 'done', lease, attempt, result: { kind: 'collect', deleted: 99 } });
    await silent.hear('welcome');
    const again = await silent.hear('lease');
    expect(again).toMatchObject({ lease, attempt: 2 });
    await silent.say({ type: 'done', lease, attempt: 2, result: DELETED });
    expect(await collecting).toEqual(DELETED);
  });

  test('says hello again loses its lease', async () => {
    const { pool } = await openBroker();
    const peer = openPeer(pool, 'anew');
    await peer.join('anew');
    const collecting = pool.execute(COLLECT);
    expect(await peer.hear('lease')).toMatchObject({ attempt: 1 });
    await peer.join('anew');
    const { lease, attempt } = await peer.hear('lease');
    expect(attempt).toBe(2);
    await peer.say({ type: 'done', lease, attempt, result: DELETED });
    expect(await collecting).toEqual(DELETED);
  });

  test('leaves gives its request back', async () => {
    const { pool, events } = await openBroker();
    const leaving = openPeer(pool, 'leaving');
    await leaving.join('leaving');
    const collecting = pool.execute(COLLECT);
    await leaving.hear('lease');
    await leaving.say({ type: 'goodbye' });
    expect(await events.first('left')).toMatchObject({ worker: 'leaving' });
    await startHonestWorker(pool, 'staying');
    expect(await collecting).toEqual(DELETED);
  });

  test('is lost with the same request as another makes the request fail, not the pool', async () => {
    const { pool } = await openBroker({ maxAttempts: 2 });
    const poisoned = pool.execute(COLLECT).catch((error: unknown) => error);
    for (const name of ['a', 'b']) {
      const peer = openPeer(pool, name);
      await peer.join(name);
      await peer.hear('lease');
      peer.socket.close();
    }
    expect(await poisoned).toMatchObject({ code: 'SIDECAR_LOST' });
    await startHonestWorker(pool, 'c');
    expect(await pool.execute(COLLECT)).toEqual(DELETED);
  });

  test('crashes like another at a child makes this child faulty, not the request', async () => {
    const { pool } = await openBroker();
    const [a, b] = [openPeer(pool, 'a'), openPeer(pool, 'b')];
    await a.join('a');
    await b.join('b');
    const faults: unknown[] = [];
    const training = pool.execute(trainRequest('/store', [1, 2]), {
      onFaulty: (fault) => faults.push(fault),
    });
    const crash = async (peer: Peer) => {
      const { lease, attempt, request } = await peer.hear('lease');
      const message = 'the sidecar failed: TypeError: no';
      await peer.say({ type: 'crashed', lease, attempt, message, detail: 'a trace' });
      return request;
    };
    const train = async (peer: Peer) => {
      const { lease, attempt, request } = await peer.hear('lease');
      const result = { kind: 'train' as const, measurements: [measurementOf(2)] };
      await peer.say({ type: 'done', lease, attempt, result });
      return request;
    };
    expect(await crash(a)).toMatchObject({ children: [{ pathId: 1 }, { pathId: 2 }] });
    expect(await crash(a)).toMatchObject({ children: [{ pathId: 1 }] });
    expect(await train(a)).toMatchObject({ children: [{ pathId: 2 }] });
    expect(await crash(b)).toMatchObject({ children: [{ pathId: 1 }] });
    expect(await training).toEqual({ kind: 'train', measurements: [measurementOf(2)] });
    expect(faults).toEqual([{ pathId: 1, message: 'the sidecar failed: TypeError: no' }]);
    // Nobody is blamed.
    expect(pool.workers().map(({ name, state }) => [name, state])).toEqual([
      ['a', 'ready'],
      ['b', 'ready'],
    ]);
  });

  test('must stop when its request is cancelled', async () => {
    const { pool } = await openBroker();
    const peer = openPeer(pool, 'peer');
    await peer.join('peer');
    const cancelling = new AbortController();
    const cancelled = pool.execute(COLLECT, { signal: cancelling.signal }).catch((error) => error);
    const { lease, attempt } = await peer.hear('lease');
    cancelling.abort();
    expect(await cancelled).toMatchObject({ code: 'CANCELLED' });
    expect(await peer.hear('cancel')).toMatchObject({ lease });
    expect(pool.workers()).toMatchObject([{ name: 'peer', busy: true }]);
    const next = pool.execute(COLLECT);
    const failed = { code: 'CANCELLED', message: 'cancelled', detail: null } as const;
    await peer.say({ type: 'failed', lease, attempt, ...failed });
    const after = await peer.hear('lease');
    await peer.say({ type: 'done', lease: after.lease, attempt: 1, result: DELETED });
    expect(await next).toEqual(DELETED);
  });
});

/** An answer whose count does not fit into the protocol. */
const outOfBounds = (lease: string, attempt: number) => [
  TAG,
  pack({ type: 'done', lease, attempt, result: { kind: 'collect', deleted: 2 ** 40 } }),
];

describe('a request about data', () => {
  const flowers = trainRequest('/store', [1]);
  const request = {
    ...flowers,
    task: { ...flowers.task, source: { kind: 'folder' as const, path: '/data/flowers' } },
  };
  const offer = (root: string, fetches = false) => ({ dataRoots: [root], prepared: [], fetches });
  const result = { kind: 'train' as const, measurements: [measurementOf(1)] };

  test('goes to the worker that has them, not to one that would fetch them', async () => {
    const { pool } = await openBroker();
    const [far, near] = [openPeer(pool, 'far'), openPeer(pool, 'near')];
    await near.join('near', offer('/data'));
    const collecting = pool.execute(COLLECT);
    const collect = await near.hear('lease');
    await near.say({ type: 'done', lease: collect.lease, attempt: 1, result: DELETED });
    await collecting;
    await far.join('far', offer('/other', true));
    const training = pool.execute(request);
    const { lease, attempt } = await near.hear('lease');
    // While that one is busy, the other one fetches them.
    const second = pool.execute(request);
    const other = await far.hear('lease');
    await far.say({ type: 'done', lease: other.lease, attempt, result });
    await near.say({ type: 'done', lease, attempt, result });
    expect([await training, await second]).toEqual([result, result]);
  });

  test('goes on to another worker when one finds that it does not have them', async () => {
    const { pool } = await openBroker();
    const [a, b] = [openPeer(pool, 'a'), openPeer(pool, 'b')];
    await a.join('a');
    await b.join('b');
    const refuse = async (peer: Peer) => {
      const { lease, attempt } = await peer.hear('lease');
      const said = { code: 'DATA_MISSING', message: '/data/flowers is missing' } as const;
      await peer.say({ type: 'failed', lease, attempt, ...said, detail: null });
    };
    const training = pool.execute(request);
    await refuse(a);
    const { lease, attempt } = await b.hear('lease');
    await b.say({ type: 'done', lease, attempt, result });
    expect(await training).toEqual(result);
    const missing = pool.execute(request).catch((error: unknown) => error);
    await refuse(a);
    await refuse(b);
    expect(await missing).toMatchObject({
      code: 'DATA_MISSING',
      message: '/data/flowers is missing',
    });
  });
});

describe('a malformed message', () => {
  test('of a worker that holds a lease voids it, and the next attempt counts', async () => {
    const { pool, events } = await openBroker();
    const peer = openPeer(pool, 'peer');
    await peer.join('peer');
    const collecting = pool.execute(COLLECT);
    const first = await peer.hear('lease');
    await peer.socket.send(outOfBounds(first.lease, first.attempt));
    expect(await events.first('malformed')).toMatchObject({
      worker: 'peer',
      reason: expect.stringContaining('result.deleted'),
    });
    await peer.hear('welcome');
    const { lease, attempt } = await peer.hear('lease');
    expect({ lease, attempt }).toEqual({ lease: first.lease, attempt: 2 });
    // The worker may still speak of the void attempt, and is ignored.
    await peer.say({ type: 'done', lease, attempt: 1, result: { kind: 'collect', deleted: 99 } });
    await peer.say({ type: 'done', lease, attempt, result: DELETED });
    expect(await collecting).toEqual(DELETED);
    expect(events.all.map(({ type }) => type)).not.toContain('lost');
  });

  test('for the second time fails the request, and names field and worker', async () => {
    const { pool } = await openBroker();
    const peer = openPeer(pool, 'peer');
    await peer.join('peer');
    const collecting = pool.execute(COLLECT).catch((error: unknown) => error);
    for (let attempt = 1; attempt <= 2; attempt++) {
      const { lease } = await peer.hear('lease');
      await peer.socket.send(outOfBounds(lease, attempt));
    }
    expect(await collecting).toMatchObject({
      code: 'SIDECAR_FAILED',
      message: expect.stringMatching(
        /^collect: malformed answer of worker peer: result\.deleted: /,
      ),
      subject: { worker: 'peer' },
    });
    const next = pool.execute(COLLECT);
    const { lease, attempt } = await peer.hear('lease');
    await peer.say({ type: 'done', lease, attempt, result: DELETED });
    expect(await next).toEqual(DELETED);
  });

  test('in place of frames is one, too', async () => {
    const { pool } = await openBroker();
    const peer = openPeer(pool, 'peer');
    await peer.join('peer');
    const collecting = pool.execute(COLLECT).catch((error: unknown) => error);
    for (let turn = 0; turn < 2; turn++) {
      await peer.hear('lease');
      await peer.socket.send([TAG]);
    }
    expect(await collecting).toMatchObject({ code: 'SIDECAR_FAILED' });
  });
});

describe('a measurement', () => {
  /** A measurement whose trained component has this digest. */
  const trainedAs = (paramsDigest: string): Measurement => ({
    kind: 'trained',
    pathId: 1,
    qualities: [0.5],
    components: [{ name: 'head', parameterCount: 1, paramsDigest, traceDigest: null }],
    trainSeconds: 1,
    compilations: 0,
  });
  const bytes = 'not really tensors, but the store is about bytes';
  const digest = createHash('sha256').update(bytes).digest('hex');
  const forgery = 'ab'.repeat(32);

  /** Makes the store of a case; `fill` puts something in the place of the forgery. */
  function openStore(fill: (file: string) => void): string {
    const store = temporaryFolder();
    for (const each of [digest, forgery]) mkdirSync(join(store, each.slice(0, 2)));
    writeFileSync(join(store, digest.slice(0, 2), `${digest}.safetensors`), bytes);
    fill(join(store, 'ab', `${forgery}.safetensors`));
    return store;
  }

  test.each([
    ['that nobody stored', () => {}, /^it reported object abab.*, which cannot be read \(ENOENT\)/],
    ['of other bytes', (file: string) => writeFileSync(file, 'x'), /has other bytes in /],
    ['that is a pipe', (file: string) => execFileSync('mkfifo', [file]), /has other bytes in /],
    ['that is a link', (file: string) => symlinkSync('/dev/zero', file), /\(ELOOP\)/],
  ] as const)('of an object %s fails the attempt, not the request', async (_what, fill, reason) => {
    const { pool, events } = await openBroker({ lostAfterMillis: 600_000 });
    const liar = openPeer(pool, 'liar');
    await liar.join('liar');
    const measured: Measurement[] = [];
    const training = pool.execute(trainRequest(openStore(fill), [1]), {
      onMeasured: (measurement) => measured.push(measurement),
    });
    const { lease, attempt } = await liar.hear('lease');
    await liar.say({ type: 'measured', lease, attempt, measurement: trainedAs(forgery) });
    expect((await events.first('lost')).reason).toMatch(reason);
    expect((await liar.hear('refused')).message).toMatch(/^worker liar is not trusted because /);
    // It is not heard any more.
    const forged = { kind: 'train' as const, measurements: [trainedAs(digest)] };
    await liar.say({ type: 'done', lease, attempt: 2, result: forged });
    const honest = openPeer(pool, 'honest');
    await honest.join('honest');
    const again = await honest.hear('lease');
    expect(again).toMatchObject({ lease, attempt: 2 });
    const result = { kind: 'train' as const, measurements: [trainedAs(digest)] };
    await honest.say({ type: 'done', lease, attempt: 2, result });
    expect(await training).toEqual(result);
    expect(measured).toEqual(result.measurements);
  });
});

describe('a worker that lives without progress', () => {
  const limits = { heartbeatMillis: 100, lostAfterMillis: 60_000, stuckAfterMillis: 1500 };

  /** Sends heartbeats of a lease whose count of steps stands still, until the test ends. */
  function standStill(peer: Peer, lease: string, attempt: number): void {
    const timer = setInterval(() => {
      peer.say({ type: 'working', lease, attempt, steps: 3 }).catch(() => {});
    }, 20);
    closing.push(() => clearInterval(timer));
  }

  test('is reported, then lost, and another does its request', async () => {
    const { pool, events } = await openBroker(limits);
    const stuck = openPeer(pool, 'stuck');
    await stuck.join('stuck');
    const collecting = pool.execute(COLLECT);
    const { lease, attempt } = await stuck.hear('lease');
    standStill(stuck, lease, attempt);
    expect(await events.first('slow')).toMatchObject({ worker: 'stuck' });
    expect((await events.first('lost')).reason).toContain('made no step');
    expect(await stuck.hear('cancel')).toMatchObject({ lease });
    await startHonestWorker(pool, 'honest');
    expect(await collecting).toEqual(DELETED);
    // Heartbeats do not bring it back; an answer does.
    expect(pool.workers().map(({ name }) => name)).toEqual(['honest']);
    const failed = { code: 'CANCELLED', message: 'cancelled', detail: null } as const;
    await stuck.say({ type: 'failed', lease, attempt, ...failed });
    await stuck.hear('welcome');
    expect(pool.workers().map(({ name }) => name)).toEqual(['honest', 'stuck']);
  });

  test('fails the request when there is no other', async () => {
    const { pool } = await openBroker({ ...limits, maxAttempts: 1 });
    const peer = openPeer(pool, 'peer');
    await peer.join('peer');
    const collecting = pool.execute(COLLECT).catch((error: unknown) => error);
    const { lease, attempt } = await peer.hear('lease');
    standStill(peer, lease, attempt);
    expect(await collecting).toMatchObject({
      code: 'SIDECAR_LOST',
      message: expect.stringContaining('its request made no step'),
    });
  });

  test('is lost as well when its request was cancelled and it goes on', async () => {
    const { pool, events } = await openBroker({ ...limits, stopWithinMillis: 500 });
    const peer = openPeer(pool, 'peer');
    await peer.join('peer');
    const cancelling = new AbortController();
    const cancelled = pool.execute(COLLECT, { signal: cancelling.signal }).catch((error) => error);
    await peer.hear('lease');
    cancelling.abort();
    expect(await cancelled).toMatchObject({ code: 'CANCELLED' });
    expect((await events.first('lost')).reason).toContain('did not stop a cancelled request');
    const next = pool.execute(COLLECT);
    await startHonestWorker(pool, 'honest');
    expect(await next).toEqual(DELETED);
  });
});

describe('an unknown peer', () => {
  test('is ignored if it sends other frames, malformed messages or other protocols', async () => {
    const { pool, events } = await openBroker();
    await startHonestWorker(pool, 'honest');
    const stranger = new Dealer({ ...peerKeys(SESSION.credentials), linger: 0 });
    closing.push(() => stranger.close());
    stranger.connect(pool.endpoint);
    const garbage = [
      ['hello'],
      ['GET / HTTP/1.1', ''],
      ['', '', ''],
      [TAG],
      [TAG, Buffer.from([0xc1])],
      [TAG, Buffer.from('82a474797065a568656c6c6f', 'hex')],
      [TAG, Buffer.alloc(1000, 0x91)],
      [TAG, 'x', 'y'],
    ];
    for (const frames of garbage) await stranger.send(frames);
    const { port } = new URL(pool.endpoint.replace('tcp:', 'http:'));
    const http = connect(Number(port), '127.0.0.1');
    http.on('error', () => {}).end('GET / HTTP/1.1\r\n\r\n');
    expect(await pool.execute(COLLECT)).toEqual(DELETED);
    while (events.all.filter(({ type }) => type === 'dropped').length < garbage.length) {
      await pool.execute(COLLECT);
    }
    expect(pool.workers().map(({ name }) => name)).toEqual(['honest']);
  });

  test('cannot answer for a worker, or answer requests that it does not have', async () => {
    const { pool } = await openBroker();
    const worker = openPeer(pool, 'worker');
    await worker.join('worker');
    const collecting = pool.execute(COLLECT);
    const { lease, attempt } = await worker.hear('lease');
    const thief = openPeer(pool, 'thief');
    const forged = { kind: 'collect' as const, deleted: 99 };
    await thief.say({ type: 'done', lease, attempt, result: forged });
    await thief.join('thief');
    await thief.say({ type: 'done', lease, attempt, result: forged });
    await worker.say({ type: 'done', lease, attempt: attempt + 1, result: forged });
    await worker.say({ type: 'done', lease: 'another', attempt, result: forged });
    await worker.say({ type: 'done', lease, attempt, result: DELETED });
    expect(await collecting).toEqual(DELETED);
  });

  test.each([
    [PROTOCOL_VERSION.major - 1, 'upgrade the sidecar'],
    [PROTOCOL_VERSION.major + 1, 'upgrade the controller'],
  ])('with protocol %i is refused, and the message says what to do', async (major, advice) => {
    const { pool, events } = await openBroker();
    const peer = openPeer(pool, `of-${major}`);
    // The broker does not decode messages of another protocol.
    await peer.socket.send([`mu2net/${major}`, Buffer.from('whatever')]);
    expect((await peer.hear('refused')).message).toContain(advice);
    expect((await events.first('refused')).message).toContain(advice);
    expect(pool.workers()).toEqual([]);
  });
});

test('a broker listens on addresses of this machine', async () => {
  for (const endpoint of [
    'ipc:///x',
    'tcp://127.0.0.1',
    '127.0.0.1:5555',
    'tcp://10.255.255.1:0',
  ]) {
    await expect(BrokerPool.open({ security, endpoint })).rejects.toMatchObject({
      code: 'CONFIG_INVALID',
    });
  }
  const { pool } = await openBroker({ endpoint: 'tcp://localhost:0' });
  const { endpoint } = pool;
  await expect(BrokerPool.open({ security, endpoint })).rejects.toThrow(/cannot be bound/);
});

test('a request that violates the protocol is refused before it is sent', async () => {
  const { pool } = await openBroker();
  const request = { ...COLLECT, digests: ['short'] };
  await expect(pool.execute(request)).rejects.toThrow(/^digests\.0: /);
});
