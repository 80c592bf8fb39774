import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { temporaryFolder } from '../support/runs.js';
import { mu2net } from './cli.js';

it('makes a key, allows and revokes it, and never shows the secret', async () => {
  const folder = temporaryFolder();
  const made = await mu2net(folder, ['keys', 'new', 'worker.key', '--json']);
  const { publicKey } = JSON.parse(made.stdout);
  expect(statSync(join(folder, 'worker.key')).mode & 0o777).toBe(0o600);
  const secret = readFileSync(join(folder, 'worker.key'), 'utf8').trim();
  const role = ['--role', 'worker', '--name', 'gpu-box'];
  expect((await mu2net(folder, ['keys', 'allow', 'allowed', publicKey, ...role])).stdout).toBe(
    'worker gpu-box may connect\n',
  );
  expect((await mu2net(folder, ['keys', 'list', 'allowed'])).stdout).toContain(publicKey);
  const mistaken = await mu2net(folder, ['keys', 'allow', 'allowed', secret, ...role]);
  expect(mistaken.status).toBe(2);
  expect(mistaken.stderr).toMatch(/<public-key> must be a public key/);
  expect(JSON.stringify([made, mistaken])).not.toContain(secret);
  expect((await mu2net(folder, ['keys', 'revoke', 'allowed', 'gpu-box'])).status).toBe(0);
  expect((await mu2net(folder, ['keys', 'list', 'allowed'])).stdout).toBe(
    'allowed allows no key\n',
  );
});
