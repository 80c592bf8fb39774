import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { stringify } from 'yaml';
import { findPython } from '../../ts/src/sidecar/python.js';
import { SMALL, timelessRecordOf } from '../e2e/support.js';
import { temporaryFolder } from '../support/runs.js';
import { buildGateway, type Gateway, openGateway } from './versitygw.js';

const MAIN = join(import.meta.dirname, '../../dist/bundle/main.js');
const missing = buildGateway();
if (missing !== null) console.warn(`the store on S3 is not tested: ${missing}`);

describe.skipIf(missing !== null)('a run whose store is on S3', () => {
  const folder = temporaryFolder();
  const buckets = join(folder, 'buckets');
  const config = join(folder, 'small.yaml');
  let gateway: Gateway;

  beforeAll(async () => {
    writeFileSync(config, stringify(SMALL));
    gateway = await openGateway(buckets, 'weights');
  });
  afterAll(() => gateway?.close());

  const start = (words: readonly string[], changes: Readonly<Record<string, string>> = {}) =>
    spawn(process.execPath, [MAIN, ...words, '--runs', join(folder, 'runs')], {
      cwd: folder,
      env: {
        ...process.env,
        ...gateway.environment,
        MU2NET_CACHE: join(folder, 'cache'),
        ...changes,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    });

  /** Runs a command to its end, and returns its status and what it printed. */
  async function run(words: readonly string[], changes: Readonly<Record<string, string>> = {}) {
    const child = start(words, changes);
    const text = { out: '', error: '' };
    child.stdout.on('data', (part) => {
      text.out += part;
    });
    child.stderr.on('data', (part) => {
      text.error += part;
    });
    const [status] = await once(child, 'close');
    return { status: status as number | null, ...text };
  }

  async function json(words: readonly string[]) {
    const { status, out, error } = await run([...words, '--json']);
    expect(error).toBe('');
    expect(status).toBe(0);
    return JSON.parse(out);
  }

  const objects = () =>
    readdirSync(join(buckets, 'weights'), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map(({ name }) => name)
      .sort();

  test('reads and writes objects as the tests of the store in Python expect', () => {
    const { status, stdout } = spawnSync(
      findPython().executable,
      ['-m', 'pytest', 'tests/store/test_s3.py'],
      { cwd: join(import.meta.dirname, '../../py'), encoding: 'utf8' },
    );
    expect(stdout).toMatch(/\d+ passed|^\.+ +\[100%\]/m);
    expect(stdout).not.toContain('skipped');
    expect(status).toBe(0);
  });

  test('is killed, goes on, and comes to what a run with a folder comes to', async () => {
    const child = start(['run', config, '--name', 'far', '--store', 's3://weights/all/', '--json']);
    const lines = createInterface(child.stdout);
    for await (const line of lines) if (JSON.parse(line).type === 'child') break;
    child.kill('SIGKILL');
    await once(child, 'exit');
    expect(existsSync(join(folder, 'runs/far/store'))).toBe(false);
    expect((await run(['resume', 'far'])).status).toBe(0);
    expect((await run(['run', config, '--name', 'near'])).status).toBe(0);
    const [far, near] = ['far', 'near'].map((name) => timelessRecordOf(join(folder, 'runs', name)));
    expect(far).toEqual(near);
    const { store } = await json(['status', 'far']);
    expect(store).toMatch(/^s3:\/\/weights\/all\/far-[0-9a-f]{8}$/);
  });

  test('is evaluated and exported without a cache', async () => {
    const fresh = { MU2NET_CACHE: join(folder, 'fresh') };
    const out = join(folder, 'exported');
    const exported = await run(['export', 'digits', '--run', 'far', '--out', out], fresh);
    expect(exported.status).toBe(0);
    expect(readdirSync(out)).toContain('model.safetensors');
    const accuracies = await Promise.all(
      ['far', 'near'].map((name) => json(['eval', 'digits', '--run', name])),
    );
    expect(accuracies[0].correct).toBe(accuracies[1].correct);
  });

  test('gives back what nobody needs, and everything when it is removed', async () => {
    const before = objects();
    const { kept, unreferenced, orphans, deleted } = await json(['gc', 'far', '--delete']);
    expect(deleted).toBe(true);
    expect(kept.files + unreferenced.files + orphans.files).toBe(before.length);
    expect(objects()).toHaveLength(kept.files);
    expect((await run(['rm', 'far', '--yes'])).status).toBe(0);
    expect(objects()).toEqual([]);
  });

  test.for([
    ['s3://nowhere/x', {}, /its bucket does not exist; create the bucket/],
    ['s3://weights/x', { AWS_SECRET_ACCESS_KEY: 'wrong' }, /the server denies it/],
    ['s3://key:secret@weights/x', {}, /must not contain credentials/],
    ['memory://x', {}, /nothing in it outlives a process/],
  ] as const)('is not begun at %s with %o', async ([store, changes, line]) => {
    const words = ['run', config, '--name', 'refused', '--store', store];
    const { status, error } = await run(words, changes);
    expect(status).toBe(1);
    expect(error).toMatch(line);
    expect(error).not.toContain('secret-of-tester');
    expect(existsSync(join(folder, 'runs/refused'))).toBe(false);
  });
});
