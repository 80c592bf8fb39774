import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect } from 'node:net';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { setTimeout } from 'node:timers/promises';
import { expect, onTestFinished, test } from 'vitest';
import { Context, Dealer, Router } from 'zeromq';
import { allowKey, type Role, revokeKey } from '../../ts/src/keys/allow-list.js';
import { changeAllowList } from '../../ts/src/keys/allow-list-file.js';
import { LiveAllowList } from '../../ts/src/keys/live-allow-list.js';
import { BrokerPool } from '../../ts/src/pool/broker-pool.js';
import { Authenticator } from '../../ts/src/pool/wire/authenticator.js';
import { createKeyPair, curveKeyOf, type KeyPair } from '../../ts/src/pool/wire/keys.js';
import { createRouter } from '../../ts/src/pool/wire/router.js';
import type { Security } from '../../ts/src/pool/wire/security.js';
import { connectionOf } from '../../ts/src/standing/pool-folder.js';
import { servePool } from '../../ts/src/standing/serve.js';
import { openNetwork } from '../support/network.js';
import { temporaryFolder } from '../support/runs.js';
import { boundCommand, canBeBound } from '../support/unprivileged.js';
import { BROKER_KEYS, Events, Peer, peerKeys, SESSION, startWorker } from './peers.js';
import { Relay } from './relay.js';

const COLLECT = { kind: 'collect' as const, store: '/store', digests: [] };
const DELETED = { kind: 'collect' as const, deleted: 0 };
const { security, credentials } = SESSION;

async function openPool(endpoint?: string, other: Security = security) {
  const events = new Events();
  const where = endpoint === undefined ? {} : { endpoint };
  // Its workers send no heartbeats.
  const limits = { lostAfterMillis: 600_000 };
  const options = { ...limits, ...where, onEvent: events.listen };
  const pool = await BrokerPool.open({ security: other, ...options });
  onTestFinished(() => pool.close());
  return { pool, events };
}

async function joinPool(endpoint: string, name: string, other = credentials): Promise<Peer> {
  const peer = new Peer(endpoint, name, other);
  onTestFinished(() => peer.socket.close());
  await peer.join(name);
  return peer;
}

/** Runs the intruder; `command` says as whom and where. */
async function intrude(
  words: readonly string[],
  command = boundCommand,
): Promise<Readonly<Record<string, unknown>>> {
  const script = join(import.meta.dirname, 'intruder.mjs');
  const [program = '', ...args] = command(process.execPath, script, ...words);
  const intruder = spawn(program, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  onTestFinished(() => void intruder.kill('SIGKILL'));
  return JSON.parse(await text(intruder.stdout));
}

const REFUSED = { isRefused: true };
const NOTHING = {
  plain: { ...REFUSED, said: null },
  keyed: { ...REFUSED, said: null },
  silent: REFUSED,
  half: REFUSED,
  oversized: REFUSED,
  slow: REFUSED,
  web: REFUSED,
  secrets: 0,
};

/** Attacks a pool whose worker holds a lease, and expects that nobody notices. */
async function attack(endpoint: string, command = boundCommand): Promise<void> {
  const { pool, events } = await openPool(endpoint);
  const worker = await joinPool(pool.endpoint, 'honest');
  const collecting = pool.execute(COLLECT);
  const { lease, attempt } = await worker.hear('lease');
  const key = curveKeyOf(security.keyPair.publicKey);
  const secretHolder = spawn('sleep', ['1000'], {
    env: { MU2NET_WORKER_KEY: credentials.keyPair.secretKey },
  });
  onTestFinished(() => void secretHolder.kill('SIGKILL'));
  const words = ['attack', pool.endpoint, key, lease, `${secretHolder.pid}`];
  expect(await intrude(words, command)).toMatchObject(NOTHING);
  await worker.say({ type: 'done', lease, attempt, result: DELETED });
  expect(await collecting).toEqual(DELETED);
  expect(events.all).toEqual([{ type: 'joined', worker: 'honest' }]);
}

test.skipIf(!canBeBound)('another user of this machine gets nothing from a broker', async () => {
  await attack('tcp://127.0.0.1:0');
});

test('a host without a key gets nothing from a broker', async ({ skip }) => {
  const network = await openNetwork();
  if (!network) return skip('this machine does not let us make network namespaces');
  // It could read the memory of our processes as root, which no real host can.
  await attack(`tcp://${network.address}:0`, (program, ...words) =>
    network.command(...boundCommand(program, ...words)),
  );
});

test.skipIf(!canBeBound)(
  'whoever takes the port of a broker that is gone hears nothing from its workers',
  async () => {
    const broker = new Router({ ...BROKER_KEYS, linger: 0 });
    await broker.bind('tcp://127.0.0.1:0');
    const endpoint = broker.lastEndpoint ?? '';
    const worker: ChildProcess = startWorker(endpoint);
    const [identity] = await broker.receive();
    expect(String(identity)).toMatch(/^by-hand\./);
    broker.close();
    await setTimeout(200);
    expect(await intrude(['pose', endpoint])).toEqual({ heard: [] });
    const { events } = await openPool(endpoint);
    expect(await events.first('joined')).toMatchObject({ worker: 'by-hand' });
    expect(worker.exitCode).toBe(null);
  },
);

test('recorded connections and frames do not count a second time', async () => {
  const { pool, events } = await openPool();
  const relay = await Relay.open(pool.endpoint);
  const worker = await joinPool(relay.endpoint, 'worker');
  const collecting = pool.execute(COLLECT);
  const { lease, attempt } = await worker.hear('lease');
  await worker.say({ type: 'done', lease, attempt, result: DELETED });
  expect(await collecting).toEqual(DELETED);
  expect(relay.recorded.length).toBeGreaterThan(2);
  const replay = connect(Number(new URL(pool.endpoint.replace('tcp:', 'http:')).port), '127.0.0.1');
  onTestFinished(() => void replay.destroy());
  for (const bytes of relay.recorded) replay.write(bytes);
  await once(replay.on('error', () => {}).resume(), 'close');
  expect(events.all).toEqual([{ type: 'joined', worker: 'worker' }]);
  // The last frame again, on the live connection: it is cut, and what it carried does not count.
  const again = pool.execute(COLLECT);
  await worker.hear('lease');
  relay.repeat();
  expect(await events.first('lost')).toMatchObject({ worker: 'worker' });
  const other = await joinPool(pool.endpoint, 'other');
  const granted = await other.hear('lease');
  expect(granted.attempt).toBe(2);
  await other.say({ type: 'done', lease: granted.lease, attempt: 2, result: DELETED });
  expect(await again).toEqual(DELETED);
});

test('a worker that sends a frame beyond the limit is cut off, and its lease is void', async () => {
  const { pool, events } = await openPool();
  const worker = await joinPool(pool.endpoint, 'worker');
  const collecting = pool.execute(COLLECT);
  await worker.hear('lease');
  await worker.socket.send(['mu2net/4', Buffer.alloc((64 << 20) + 1)]);
  expect(await events.first('lost')).toMatchObject({ worker: 'worker' });
  const other = await joinPool(pool.endpoint, 'other');
  const { lease, attempt } = await other.hear('lease');
  await other.say({ type: 'done', lease, attempt, result: DELETED });
  expect(await collecting).toEqual(DELETED);
});

test('a socket lets nobody in while its authenticator does not run', async () => {
  const context = new Context();
  const broker = createRouter(context, security);
  await broker.bind('tcp://127.0.0.1:0');
  const dial = () => {
    const dealer = new Dealer({ ...peerKeys(credentials), linger: 0, reconnectInterval: 100 });
    onTestFinished(() => dealer.close());
    dealer.connect(broker.lastEndpoint ?? '');
    void dealer.send('hello').catch(() => {});
    return dealer;
  };
  onTestFinished(() => broker.close());
  const heard: string[] = [];
  void (async () => {
    for await (const [, message] of broker) heard.push(String(message));
  })();
  const refused = () => new Promise((resolve) => dial().events.on('disconnect', resolve));
  await refused();
  expect(heard).toEqual([]);
  const authenticator = await Authenticator.open(context, security.isAllowed);
  dial();
  await expect.poll(() => heard.length, { timeout: 60_000 }).toBeGreaterThan(0);
  authenticator.close();
  const before = heard.length;
  await refused();
  expect(heard.length).toBeLessThanOrEqual(before + 1);
  const failing = await Authenticator.open(context, () => {
    throw new Error('the allow-list cannot be read');
  });
  await refused();
  failing.close();
});

test('a key that is revoked while the pool runs is cut off, and the others return', async () => {
  const file = join(temporaryFolder(), 'allowed');
  const [kept, revoked, wrongRole] = [createKeyPair(), createKeyPair(), createKeyPair()];
  const allow = (role: Role, name: string, { publicKey }: KeyPair) =>
    changeAllowList(file, (keys) => allowKey(keys, { role, name, publicKey }, file));
  allow('worker', 'revoked', revoked);
  allow('controller', 'wrong-role', wrongRole);
  const list = new LiveAllowList(file, () => void pool.dropConnections());
  onTestFinished(() => list.close());
  const { keyPair } = security;
  const { pool, events } = await openPool(undefined, list.securityFor('worker', keyPair));
  const dial = (name: string, own: KeyPair) => {
    const peer = new Peer(pool.endpoint, name, { brokerKey: keyPair.publicKey, keyPair: own });
    onTestFinished(() => peer.socket.close());
    const refused = new Promise((resolve) =>
      peer.socket.events.on('handshake:error:auth', resolve),
    );
    return { peer, refused };
  };
  await dial('wrong-role', wrongRole).refused;
  const leaving = dial('leaving', revoked);
  await leaving.peer.join('leaving');
  // A key that is added while the pool runs needs no restart.
  allow('worker', 'kept', kept);
  const staying = dial('staying', kept);
  await staying.peer.join('staying');

  changeAllowList(file, (keys) => revokeKey(keys, 'revoked', file).left);
  await leaving.refused;
  await staying.peer.join('staying');
  const collecting = pool.execute(COLLECT);
  const { lease, attempt } = await staying.peer.hear('lease');
  await staying.peer.say({ type: 'done', lease, attempt, result: DELETED });
  expect(await collecting).toEqual(DELETED);
  expect(pool.workers().map(({ name }) => name)).toEqual(['staying']);
  expect(events.all).toContainEqual(expect.objectContaining({ type: 'lost', worker: 'leaving' }));
});

test('a worker whose key is not allowed says which, and joins when it is', async () => {
  const file = join(temporaryFolder(), 'allowed');
  const list = new LiveAllowList(file, () => {});
  onTestFinished(() => list.close());
  const { pool, events } = await openPool(undefined, list.securityFor('worker', security.keyPair));
  const own = createKeyPair();
  const worker = startWorker(pool.endpoint, { secretKey: own.secretKey });
  let said = '';
  for await (const chunk of worker.stderr) {
    said += chunk;
    if (said.includes('does not allow the key of this worker')) break;
  }
  expect(said).toContain(own.publicKey);
  expect(said).not.toContain(own.secretKey);
  const { publicKey } = own;
  changeAllowList(file, () => [{ role: 'worker', name: 'late', publicKey }]);
  expect(await events.first('joined')).toMatchObject({ worker: 'by-hand' });
});

test('a key of one role does not open the port of the other', async () => {
  const folder = temporaryFolder();
  const serving = await servePool({ listen: 'tcp://127.0.0.1:0', folder });
  onTestFinished(() => serving.stop(0));
  const { workers, controllers } = serving.place;
  const dial = (role: Role, endpoint: string) => {
    const keys = peerKeys(connectionOf(folder, role).credentials);
    const dealer = new Dealer({ ...keys, linger: 0 });
    onTestFinished(() => dealer.close());
    return new Promise<string>((resolve) => {
      dealer.events.on('handshake', () => resolve('connected'));
      dealer.events.on('handshake:error:auth', () => resolve('refused'));
      dealer.connect(endpoint);
    });
  };
  expect(await dial('worker', workers)).toBe('connected');
  expect(await dial('worker', controllers)).toBe('refused');
  expect(await dial('controller', controllers)).toBe('connected');
  expect(await dial('controller', workers)).toBe('refused');
});
