import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { temporaryFolder } from '../support/runs.js';
import { launcherConformance, processesOf, until } from './conformance.js';
import { type RayCluster, startRay } from './ray.js';
import { freePort } from './sshd.js';

const unused = await freePort();

describe('with a real Ray cluster of three nodes', () => {
  let cluster: RayCluster | undefined;
  afterAll(() => cluster?.stop());
  const wrongToken = join(temporaryFolder(), 'token');
  writeFileSync(wrongToken, 'another-token-with-some-length-too', { mode: 0o600 });

  launcherConformance('the Ray launcher', {
    async setUp() {
      cluster = await startRay();
      const { address, python, tokenFile } = cluster;
      const environment = { JAX_PLATFORMS: 'cpu' };
      return { launcher: 'ray', workers: 2, address, python, tokenFile, environment };
    },
    refusals: [
      {
        what: 'an address where no cluster is',
        change: { address: `127.0.0.1:${unused}` },
        code: 'LAUNCH_FAILED',
        message: /^group some: no Ray cluster answers at 127\.0\.0\.1:\d+ .*; correct the address$/,
      },
      {
        what: 'a wrong token',
        change: { tokenFile: wrongToken },
        code: 'LAUNCH_REFUSED',
        message: /^group some: the Ray cluster at \S+ does not accept the token; correct/,
      },
      {
        what: 'a Python without Ray',
        change: { python: null },
        code: 'LAUNCHER_MISSING',
        message: /^group some: .* cannot import Ray .*setup --extras ray/,
      },
    ],
    more({ workers, joined }) {
      test('Ray itself brings the worker of a dead node back', async () => {
        const before = workers.map(joined);
        await cluster?.replaceNode();
        const sum = (counts: readonly number[]) => counts.reduce((all, count) => all + count, 0);
        await until(() => sum(workers.map(joined)) > sum(before));
        await until(() => workers.every((worker) => processesOf(worker).length === 1));
        expect(sum(workers.map(joined))).toBe(sum(before) + 1);
      });
    },
  });
});
