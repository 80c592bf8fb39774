import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { takeDown } from '../../ts/src/launchers/down.js';
import { bringUp } from '../../ts/src/launchers/up.js';
import { temporaryFolder } from '../support/runs.js';
import { launcherConformance, processesOf, until } from './conformance.js';
import { type RayCluster, startRay } from './ray.js';
import { freePort } from './sshd.js';

const unused = await freePort();

describe('with a real Ray cluster of several nodes', () => {
  let cluster: RayCluster | undefined;
  afterAll(() => cluster?.stop());
  const wrongToken = join(temporaryFolder(), 'token');
  writeFileSync(wrongToken, 'another-token-with-some-length-too', { mode: 0o600 });

  launcherConformance('the Ray launcher', {
    async setUp() {
      cluster = await startRay();
      const { address, python, tokenFile } = cluster;
      const environment = { JAX_PLATFORMS: 'cpu' };
      // Nodes for workers have one such place each.
      const resources = { plain: 1 };
      const some = { address, python, tokenFile, resources, environment };
      return { launcher: 'ray', workers: 2, ...some };
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
    more({ workers, joined, poolOf }) {
      test('Ray itself brings the worker of a dead node back', async () => {
        const processes = () => workers.map((worker) => processesOf(worker));
        const before = processes();
        const joins = workers.map(joined);
        await cluster?.replaceNode();
        const moved = () => processes().findIndex((pids, at) => pids[0] !== before[at]?.[0]);
        await until(() => moved() >= 0 && processes().every((pids) => pids.length === 1));
        const at = moved();
        await until(() => joined(workers[at] ?? '') > (joins[at] ?? 0));
      });

      test('a TPU slice has a worker on each of its machines, until it is given back', async () => {
        const slice = { topology: '2x2x2', accelerator: 'v4', hosts: 2 };
        const own = ['sliced-some-0', 'sliced-some-1'];
        const config = poolOf('sliced', { workers: 1, slice });
        await bringUp(config);
        await until(() => own.every((worker) => joined(worker) > 0));
        const { groups } = await bringUp(config);
        expect(groups).toMatchObject([{ started: [], problem: null }]);
        expect(groups[0]?.workers.map(({ name }) => name).sort()).toEqual(own);
        const wrong = await bringUp(poolOf('other', { slice: { ...slice, hosts: 3 } }));
        expect(wrong.groups[0]?.problem?.message).toMatch(
          /v4 2x2x2 has 2 machines, not 3; correct/,
        );
        await takeDown('sliced');
        await until(() => own.every((worker) => processesOf(worker).length === 0));
      });
    },
  });
});
