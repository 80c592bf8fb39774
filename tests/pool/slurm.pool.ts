import { existsSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { takeDown } from '../../ts/src/launchers/down.js';
import { bringUp } from '../../ts/src/launchers/up.js';
import { temporaryFolder } from '../support/runs.js';
import { launcherConformance, processesOf, until } from './conformance.js';
import { type Slurm, startSlurm } from './slurmd.js';

const reason =
  process.getuid?.() !== 0
    ? 'only root can start slurmd'
    : existsSync('/usr/sbin/slurmctld')
      ? ''
      : "there is no slurmctld; install Debian's slurm-wlm";

// Only a shell is on this path.
const bare = temporaryFolder();
symlinkSync('/bin/sh', join(bare, 'sh'));

describe.skipIf(reason !== '')(`with a real Slurm${reason && `: skipped, ${reason}`}`, () => {
  let slurm: Slurm | undefined;
  afterAll(async () => {
    await slurm?.stop();
    delete process.env.SLURM_CONF;
  });

  launcherConformance('the Slurm launcher', {
    async setUp() {
      slurm = await startSlurm();
      process.env.SLURM_CONF = slurm.configuration;
      return { launcher: 'slurm', workers: 2, environment: { JAX_PLATFORMS: 'cpu' } };
    },
    more: ({ joined, poolOf }) => {
      test('starts a worker of two tasks, which is one to the pool', async () => {
        const worker = 'slice-some-0';
        // This Slurm has one node.
        const change = { workers: 1, hosts: 2, options: ['--nodes=1'] };
        const { groups } = await bringUp(poolOf('slice', change));
        expect(groups).toMatchObject([{ started: [worker], problem: null }]);
        await until(() => joined(worker) === 1);
        expect(processesOf(worker)).toHaveLength(2);
        expect((await takeDown('slice')).groups).toMatchObject([{ problem: null }]);
        await until(() => processesOf(worker).length === 0);
      });
    },
    refusals: [
      {
        what: 'a partition that there is not',
        change: { partition: 'nowhere' },
        code: 'LAUNCH_REFUSED',
        message: /^group some on this machine: Slurm refuses: .*invalid partition.*; correct/i,
      },
      {
        what: 'more cores than any node has',
        change: { cpus: 4000 },
        code: 'LAUNCH_REFUSED',
        message: /^group some on this machine: Slurm refuses: .*submission failed: .*; correct/,
      },
      {
        what: 'a machine without Slurm',
        change: {},
        environment: { PATH: bare },
        code: 'LAUNCHER_MISSING',
        message: /^group some on this machine: there is no command sbatch .*set host to a login/,
      },
    ],
  });
});
