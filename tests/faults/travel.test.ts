import { cpSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import type { RequestOf } from '../../protocol/index.js';
import { BrokerPool } from '../../ts/src/pool/broker-pool.js';
import { DataPack, listSource } from '../../ts/src/pool/data/data-pack.js';
import { pointerOf, publicationText } from '../../ts/src/pool/data/published-data.js';
import type { Travel } from '../../ts/src/pool/pool.js';
import { publishSource } from '../../ts/src/sidecar/publish.js';
import { trainRequest } from '../support/requests.js';
import { temporaryFolder } from '../support/runs.js';
import { SESSION, startWorker } from './peers.js';

/** A picture of noise that depends on `seed`, as an uncompressed BMP. */
function bitmap(side: number, seed: number): Buffer {
  const data = Buffer.alloc(54 + 3 * side * side);
  data.write('BM');
  data.writeUInt32LE(data.length, 2);
  data.writeUInt32LE(54, 10);
  data.writeUInt32LE(40, 14);
  data.writeInt32LE(side, 18);
  data.writeInt32LE(side, 22);
  data.writeUInt16LE(1, 26);
  data.writeUInt16LE(24, 28);
  for (let at = 54, state = seed + 1; at < data.length; at++) {
    state = (state * 48_271) % 0x7fff_ffff;
    data[at] = state & 0xff;
  }
  return data;
}

/** Writes a folder of two classes, and returns it. */
function writeClasses(images: number, side: number): string {
  const folder = join(temporaryFolder(), 'flowers');
  for (const name of ['rose', 'tulip']) {
    mkdirSync(join(folder, name), { recursive: true });
    for (let nth = 0; nth < images; nth++) {
      writeFileSync(join(folder, name, `${nth}.bmp`), bitmap(side, nth + name.length));
    }
  }
  return folder;
}

function trainOn(path: string, store: string): RequestOf<'train'> {
  const request = trainRequest(store, [1]);
  const source = { kind: 'folder' as const, path };
  const splits = { train: 'all[:60%]', validation: 'all[60%:80%]', test: 'all[80%:]' };
  const budget = { ...request.budget, validationBatchSize: 4 };
  return { ...request, budget, task: { name: 'flowers', source, splits, numClasses: 2 } };
}

test('a pack gives back its files, piece by piece', async () => {
  const path = writeClasses(30, 200);
  const files = await listSource({ kind: 'folder', path });
  const pack = await DataPack.of(files);
  const read = async (digest: string, size: number) => {
    const parts = [];
    for (let at = 0; at < size; at += 1_000_000) parts.push(await pack.read(digest, at, 1_000_000));
    return Buffer.concat(parts.map((part) => part?.data ?? Buffer.alloc(0)));
  };
  const manifest = JSON.parse(pack.manifest.toString());
  expect(manifest.pieces.length).toBeGreaterThan(1);
  const pieces = [];
  for (const { sha256, size } of manifest.pieces) pieces.push(await read(sha256, size));
  const contents = Buffer.concat(files.map(({ file }) => readFileSync(file)));
  expect(Buffer.concat(pieces).equals(contents)).toBe(true);
  expect(files.map((each) => each.path).slice(0, 2)).toEqual([
    'flowers/rose/0.bmp',
    'flowers/rose/1.bmp',
  ]);
  expect(await pack.read('0'.repeat(64), 0, 1)).toBeNull();
});

test('a class folder travels to a worker that does not have it, with the same result', async () => {
  const [cache, root, store] = [temporaryFolder(), temporaryFolder(), temporaryFolder()];
  const flowers = writeClasses(40, 200);
  const pool = await BrokerPool.open({ security: SESSION.security });
  onTestFinished(() => pool.close());
  startWorker(pool.endpoint, {
    flags: ['--data-root', root, '--store-root', store],
    // Programs run a few times, so the compiler need not optimise them.
    env: { MU2NET_CACHE: cache, XLA_FLAGS: '--xla_backend_optimization_level=0' },
  });
  const travelled: Travel[] = [];
  const train = (path: string) =>
    pool.execute(trainOn(path, store), { onTravel: (travel) => travelled.push(travel) });
  const far = await train(flowers);
  const total = 2 * 40 * (54 + 3 * 200 * 200);
  expect(travelled.length).toBeGreaterThan(5);
  expect(travelled.map(({ bytes }) => bytes)).toEqual(
    travelled.map(({ bytes }) => bytes).toSorted((a, b) => a - b),
  );
  expect(travelled.at(-1)).toEqual({ task: 'flowers', bytes: total, of: total });
  expect(readdirSync(join(cache, 'data'))).toHaveLength(1);

  travelled.splice(0);
  const { task } = trainOn(flowers, store);
  expect(await pool.execute({ kind: 'inspect', task })).toMatchObject({
    classNames: ['rose', 'tulip'],
  });
  expect(travelled).toEqual([]);

  cpSync(flowers, join(root, 'flowers'), { recursive: true });
  const near = await train(join(root, 'flowers'));
  const outcomeOf = ({ measurements: [measurement] }: typeof near) => {
    if (measurement?.kind !== 'trained') throw new Error('it did not train');
    return [measurement.qualities, measurement.components];
  };
  expect(outcomeOf(far)).toEqual(outcomeOf(near));

  // Published data come from where they are, not from here; both languages name them alike.
  const url = join(root, 'published');
  const grown = writeClasses(50, 100);
  const source = { kind: 'folder' as const, path: grown };
  const [published] = await publishSource(source, url);
  if (!published) throw new Error('nothing is published');
  writeFileSync(pointerOf(grown), publicationText(published.publication));
  const { digest } = await DataPack.of(await listSource(source));
  expect(published.publication).toMatchObject({ url, digest });
  const inspected = { ...task, source };
  expect(await pool.execute({ kind: 'inspect', task: inspected })).toMatchObject({
    classNames: ['rose', 'tulip'],
  });
  expect(travelled).toEqual([]);

  // Data that nobody has are missing under their own name.
  await expect(train('/home/nobody/flowers')).rejects.toMatchObject({
    code: 'DATA_MISSING',
    message: expect.stringContaining('/home/nobody/flowers: this worker uses only'),
  });
}, 120_000);
