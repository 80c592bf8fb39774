import { join } from 'node:path';
import { expect, it } from 'vitest';
import { temporaryFolder } from '../support/runs.js';
import { mu2net, spawnMu2net } from './cli.js';
import { doctorShape } from './shapes/problem.js';

const folder = temporaryFolder();

it('finds no problem in a complete installation', () => {
  const { status, stdout, stderr } = spawnMu2net(folder, ['doctor', 'quickstart', '--json']);
  const { ok, checks } = doctorShape.parse(JSON.parse(stdout));
  expect(checks.filter(({ verdict }) => verdict === 'problem')).toEqual([]);
  expect({ status, stderr, ok }).toEqual({ status: 0, stderr: '', ok: true });
  const detailOf = (name: string) => checks.find((check) => check.name === name)?.detail;
  expect(detailOf('node')).toBe(process.versions.node);
  expect(detailOf('python')).toMatch(/^3\.\d+/);
  expect(detailOf('packages')).toMatch(/jax \d.* pyzmq \d/);
  expect(detailOf('root')).toMatch(/^box:characters, a Ti\/14/);
  expect(checks.at(-1)).toMatchObject({
    name: 'root',
    detail: expect.stringMatching(/quickstart\.yaml gets box:characters, a Ti\/14$/),
  });
  expect(detailOf('devices')).toMatch(/cpu|gpu|tpu/);
});

it('says what is missing and fails', async () => {
  const nowhere = join(folder, 'no-python');
  const { status, stdout } = await mu2net(folder, ['doctor'], { MU2NET_PYTHON: nowhere });
  expect(status).toBe(1);
  expect(stdout).toMatch(/^✗ +python +.*no-python.*MU2NET_PYTHON/m);
  expect(stdout).toMatch(/^1 problem to solve$/m);
});
