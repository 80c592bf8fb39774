import { createHash } from 'node:crypto';
import {
  existsSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { packTar } from 'modern-tar';
import { beforeAll, describe, expect, it } from 'vitest';
import { experimentOf, poolOf } from '../../../tests/support/experiments.js';
import { growDirectory, recordOf, temporaryFolder } from '../../../tests/support/runs.js';
import { storeObjects } from '../../../tests/support/stored-objects.js';
import { openRun, type Run, unarchive } from '../index.js';
import { readRun } from '../state/record/ledger.js';
import { MAIN } from '../state/record/records.js';
import { checkArchive } from './read-archive.js';

const folder = temporaryFolder();
const place = (name: string) => join(folder, name);
let run: Run;
/** The bytes of every object, by digest. */
let objects: ReadonlyMap<string, Buffer>;

/** Grows a run, and gives it a store of real objects. */
beforeAll(async () => {
  const experiment = experimentOf({ taskIterations: 1 });
  run = openRun(await growDirectory(experiment, { folder, pool: poolOf(experiment) }));
  objects = storeObjects(run.directory, join(run.directory, 'store'));
  await run.branch('wide', { at: '0' });
});

const recordAt = (directory: string, branch: string = MAIN) =>
  readRun({ directory, branch }, recordOf);

const leftovers = () => readdirSync(folder).filter((name) => name.startsWith('.'));

describe('an archive', () => {
  it('becomes a run with an equal record, equal branches and equal weights', async () => {
    const { objects: count } = await run.archive(place('first.tar'));
    expect(count).toBe(objects.size);
    const copy = await unarchive(place('first.tar'), { folder, name: 'copy' });
    expect(copy.name).toBe('copy');
    for (const branch of [MAIN, 'wide']) {
      expect(recordAt(copy.directory, branch)).toEqual(recordAt(run.directory, branch));
    }
    for (const [digest, bytes] of objects) {
      const file = join(copy.directory, 'store', digest.slice(0, 2), `${digest}.safetensors`);
      expect(readFileSync(file).equals(bytes)).toBe(true);
    }
    // An archive of an unchanged run is the same file.
    await run.archive(place('second.tar'));
    expect(readFileSync(place('second.tar')).equals(readFileSync(place('first.tar')))).toBe(true);
    expect(leftovers()).toEqual([]);
  });

  it('is a tar file that can be checked without making a run', async () => {
    await run.archive(place('plain.tar'));
    const { objects: listed, run: name } = await checkArchive(place('plain.tar'));
    expect([name, listed.length]).toEqual(['test', objects.size]);
    const bytes = readFileSync(place('plain.tar'));
    expect(bytes.subarray(257, 262).toString()).toBe('ustar');
  });

  it('does not replace a run', async () => {
    await run.archive(place('again.tar'));
    const made = unarchive(place('again.tar'), { folder });
    await expect(made).rejects.toMatchObject({ code: 'RUN_EXISTS' });
    expect(leftovers()).toEqual([]);
  });

  it('is refused wherever one of its bytes is wrong, and leaves nothing', async () => {
    await run.archive(place('good.tar'));
    const good = readFileSync(place('good.tar'));
    for (let at = 0; at < 40; at++) {
      const bytes = Buffer.from(good);
      // Inside the content of a file: the bytes that fill up its last block have no meaning.
      const position = 512 + Math.floor((at / 40) * good.length);
      const inContent = good[position] !== 0 && position < good.length;
      if (!inContent) continue;
      bytes[position] = (bytes[position] ?? 0) ^ 1;
      writeFileSync(place('bad.tar'), bytes);
      const made = unarchive(place('bad.tar'), { folder, name: 'bad' });
      await expect(made, `byte ${position}`).rejects.toMatchObject({ code: 'ARCHIVE_INVALID' });
    }
    expect(existsSync(place('bad'))).toBe(false);
    expect(leftovers()).toEqual([]);
  });

  it.each([
    ['is cut off', (file: string) => truncateSync(file, 20_000)],
    ['is empty', (file: string) => truncateSync(file, 0)],
    ['is something else', (file: string) => writeFileSync(file, 'PK'.repeat(4000))],
  ])('that %s is refused', async (_, spoil) => {
    await run.archive(place('spoilt.tar'));
    spoil(place('spoilt.tar'));
    const checked = checkArchive(place('spoilt.tar'));
    await expect(checked).rejects.toMatchObject({ code: 'ARCHIVE_INVALID' });
  });

  it('writes no file that its manifest does not imply', async () => {
    const manifest = {
      ...{ format: 'mu2net archive', version: 1, run: '../outside', objects: [] },
      record: { sha256: createHash('sha256').update('').digest('hex'), bytes: 0 },
    };
    const entry = (name: string, body: string) => ({ header: { name, size: body.length }, body });
    const text = JSON.stringify(manifest);
    const strange = [entry('manifest.json', text), entry('../../evil', 'x')];
    writeFileSync(place('evil.tar'), await packTar(strange));
    const made = unarchive(place('evil.tar'), { folder });
    await expect(made).rejects.toThrow("its file '../../evil' is not expected");
    writeFileSync(
      place('evil.tar'),
      await packTar([entry('manifest.json', text), entry('system.db', '')]),
    );
    await expect(unarchive(place('evil.tar'), { folder })).rejects.toThrow(
      "'../outside' cannot be the name of a run",
    );
    expect(leftovers()).toEqual([]);
  });
});

describe('archiving', () => {
  it('refuses weights that are damaged or absent, and leaves the earlier archive', async () => {
    await run.archive(place('kept.tar'));
    const before = readFileSync(place('kept.tar'));
    const [digest = '', bytes = Buffer.of()] = [...objects][0] ?? [];
    const file = join(run.directory, 'store', digest.slice(0, 2), `${digest}.safetensors`);
    writeFileSync(file, Buffer.concat([bytes.subarray(1), Buffer.of(0)]));
    const damaged = run.archive(place('kept.tar'));
    await expect(damaged).rejects.toMatchObject({ code: 'STORE_CORRUPT', subject: { file } });
    rmSync(file);
    const absent = run.archive(place('kept.tar'));
    await expect(absent).rejects.toMatchObject({ code: 'STORE_MISSING' });
    writeFileSync(file, bytes);
    expect(readFileSync(place('kept.tar')).equals(before)).toBe(true);
    expect(leftovers()).toEqual([]);
  });

  it('can be cancelled', async () => {
    const stop = new AbortController();
    const archiving = run.archive(place('never.tar'), {
      signal: stop.signal,
      onProgress: () => stop.abort(),
    });
    await expect(archiving).rejects.toMatchObject({ code: 'CANCELLED' });
    expect(existsSync(place('never.tar'))).toBe(false);
  });
});
