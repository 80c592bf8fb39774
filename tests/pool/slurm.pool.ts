import { existsSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe } from 'vitest';
import { temporaryFolder } from '../support/runs.js';
import { launcherConformance } from './conformance.js';
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
  afterAll(() => {
    slurm?.stop();
    delete process.env.SLURM_CONF;
  });

  launcherConformance('the Slurm launcher', {
    async setUp() {
      slurm = await startSlurm();
      process.env.SLURM_CONF = slurm.configuration;
      return { launcher: 'slurm', workers: 2, environment: { JAX_PLATFORMS: 'cpu' } };
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
