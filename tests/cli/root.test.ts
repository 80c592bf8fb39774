import { createReadStream, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { BOXED_ROOTS, boxFile } from '../../ts/src/catalogue/index.js';
import { describeBoxed } from '../../ts/src/cli/render/roots.js';
import { rootOfConfig } from '../../ts/src/cli/shell/root-check.js';
import { fetchRoot, listFetchedRoots, showRoot } from '../../ts/src/sidecar/roots.js';
import { temporaryFolder } from '../support/runs.js';
import { mu2net } from './cli.js';

/** A root in AugReg's format, under the name of one of AugReg's. */
const WEIGHTS = boxFile('characters.npz');
const FILE = 'Ti_14-i21k-300ep-lr_0.001-aug_none-wd_0.1-do_0.0-sd_0.0';
const NAME = `augreg:${FILE}`;
const QUERY = 'augreg: ds=="i21k" and aug=="none" and wd==0.1 and sd==0';

const folder = temporaryFolder();
const server = createServer((request, response) => {
  if (request.url !== `/vit_models/augreg/${FILE}.npz`) {
    response.writeHead(404).end();
    return;
  }
  response.writeHead(200, { 'Content-Length': statSync(WEIGHTS).size });
  createReadStream(WEIGHTS).pipe(response);
});

function writeConfig(checkpoint: string): string {
  const file = join(folder, 'own.yaml');
  const root = { architecture: 'Ti/14', checkpoint };
  const hyperparameters = { ds_image_size: 28 };
  writeFileSync(file, JSON.stringify({ name: 'own', root, hyperparameters, tasks: ['digits'] }));
  return file;
}

beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  vi.stubEnv('STORAGE_EMULATOR_HOST', `127.0.0.1:${port}`);
  vi.stubEnv('MU2NET_CACHE', join(folder, 'cache'));
  vi.stubEnv('MU2NET_DATA', join(folder, 'data'));
  vi.stubEnv('HTTP_PROXY', '');
  vi.stubEnv('http_proxy', '');
});

afterAll(() => {
  vi.unstubAllEnvs();
  server.close();
});

it('fetches a root, which doctor then finds in a configuration', async () => {
  const config = writeConfig(QUERY);
  expect(await rootOfConfig(config)).toMatchObject({
    verdict: 'note',
    detail: expect.stringContaining('which is not on this machine yet'),
    next: expect.stringContaining('npx mu2net root fetch'),
  });
  const done: number[] = [];
  const root = await fetchRoot(NAME, { onProgress: (progress) => done.push(progress.done) });
  expect(done.at(-1)).toBe(statSync(WEIGHTS).size);
  expect(root).toMatchObject({ name: NAME, architecture: 'Ti/14', licence: 'Apache-2.0' });
  expect(await listFetchedRoots()).toEqual([root]);
  expect(await rootOfConfig(config)).toMatchObject({ verdict: 'ok' });
});

it('passes on why a root cannot be had', async () => {
  await expect(fetchRoot('augreg:none')).rejects.toMatchObject({
    code: 'CHECKPOINT_MISSING',
    message: expect.stringMatching(/answers 404/),
  });
});

it('shows the root in the box as its file is', async () => {
  const [name, boxed] = Object.entries(BOXED_ROOTS)[0] ?? [];
  if (name === undefined || boxed === undefined) throw new Error('the box is empty');
  expect(describeBoxed(name, boxed)).toMatchObject(await showRoot(boxFile(boxed.file)));
  const { stdout } = await mu2net(folder, ['root', 'show', `box:${name}`, '--json']);
  expect(JSON.parse(stdout)).toEqual(describeBoxed(name, boxed));
});
