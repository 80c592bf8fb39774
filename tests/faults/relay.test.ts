import { createHash, randomBytes } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import type { StoreAsk } from '../../protocol/index.js';
import { BrokerPool } from '../../ts/src/pool/broker-pool.js';
import { temporaryFolder } from '../support/runs.js';
import { Events, Peer, SESSION } from './peers.js';

const digestOf = (data: Uint8Array) => createHash('sha256').update(data).digest('hex');
const upload = '0f'.repeat(16);

describe('a worker that shares no store with its controller', () => {
  let store: string;
  let peer: Peer;
  let events: Events;
  let lease: string;
  let asked: Promise<unknown>;

  beforeEach(async () => {
    const folder = temporaryFolder();
    store = join(folder, 'store');
    writeFileSync(join(folder, 'system.db'), 'the record');
    events = new Events();
    const pool = await BrokerPool.open({ security: SESSION.security, onEvent: events.listen });
    onTestFinished(() => pool.close());
    peer = new Peer(pool.endpoint, 'far');
    onTestFinished(() => peer.socket.close());
    await peer.join('far');
    asked = pool.execute({ kind: 'collect', store, digests: [] }).catch((error: unknown) => error);
    ({ lease } = await peer.hear('lease'));
  });

  async function ask(ask: StoreAsk) {
    await peer.say({ type: 'ask', lease, attempt: 1, number: 7, ask });
    return (await peer.hear('reply')).answer;
  }

  const files = () => readdirSync(store, { recursive: true }).map(String).sort();

  test('sends an object in parts, which is visible when it is whole, and reads it in parts', async () => {
    const data = randomBytes(2_500_000);
    const digest = digestOf(data);
    const parts = [2_000_000, 0, 1_000_000];
    for (const offset of parts) {
      const part = data.subarray(offset, offset + 1_000_000);
      const answer = await ask({ kind: 'write', store, upload, offset, data: part });
      expect(answer).toEqual({ kind: 'accepted' });
      expect(await ask({ kind: 'read', store, digest, offset: 0, length: 9 })).toEqual({
        kind: 'missing',
      });
    }
    expect(await ask({ kind: 'commit', store, upload, digest })).toEqual({ kind: 'accepted' });
    const file = join(store, digest.slice(0, 2), `${digest}.safetensors`);
    expect(readFileSync(file).equals(data)).toBe(true);
    const read = await ask({ kind: 'read', store, digest, offset: 2_499_000, length: 2 ** 20 });
    const end = data.subarray(2_499_000).toString('hex');
    expect(read).toMatchObject({ kind: 'part', size: data.length });
    expect(read.kind === 'part' && Buffer.from(read.data).toString('hex')).toBe(end);
    expect(await ask({ kind: 'remove', store, digest })).toEqual({ kind: 'accepted' });
    expect(await ask({ kind: 'remove', store, digest })).toEqual({ kind: 'missing' });
  });

  test('cannot put bytes under a digest that they do not have', async () => {
    const data = randomBytes(100);
    const digest = digestOf(data);
    await ask({ kind: 'write', store, upload, offset: 0, data: randomBytes(100) });
    expect(await ask({ kind: 'commit', store, upload, digest })).toMatchObject({
      kind: 'declined',
    });
    expect(files()).toEqual([]);
  });

  test('reaches nothing but the store of its request', async () => {
    const other = join(temporaryFolder(), 'store');
    const data = randomBytes(100);
    const digest = digestOf(data);
    mkdirSync(join(other, digest.slice(0, 2)), { recursive: true });
    writeFileSync(join(other, digest.slice(0, 2), `${digest}.safetensors`), data);
    for (const far of [other, `${store}/..`, '/']) {
      for (const each of [
        { kind: 'read', store: far, digest, offset: 0, length: 100 },
        { kind: 'remove', store: far, digest },
        { kind: 'write', store: far, upload, offset: 0, data },
      ] as const) {
        expect(await ask(each)).toMatchObject({ kind: 'declined' });
      }
    }
    expect(readdirSync(other, { recursive: true })).toHaveLength(2);
  });

  test('loses its lease if it asks for more at a time than it may', async () => {
    for (let number = 0; number < 2000; number++) {
      const ask = { kind: 'read', store, digest: '0'.repeat(64), offset: 0, length: 9 } as const;
      await peer.say({ type: 'ask', lease, attempt: 1, number, ask });
    }
    const { reason } = await events.first('malformed');
    expect(reason).toMatch(/more parts of objects at a time/);
  });

  test('gets no answer for a lease that it does not hold', async () => {
    await peer.say({
      type: 'ask',
      lease: 'another',
      attempt: 1,
      number: 1,
      ask: { kind: 'remove', store, digest: '0'.repeat(64) },
    });
    const ask = { kind: 'read', store, digest: '0'.repeat(64), offset: 0, length: 9 } as const;
    await peer.say({ type: 'ask', lease, attempt: 1, number: 2, ask });
    expect(await peer.hear('reply')).toMatchObject({ number: 2 });
    await peer.say({ type: 'done', lease, attempt: 1, result: { kind: 'collect', deleted: 0 } });
    expect(await asked).toEqual({ kind: 'collect', deleted: 0 });
  });
});
