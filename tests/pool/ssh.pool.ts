import { existsSync } from 'node:fs';
import { afterAll, describe } from 'vitest';
import { launcherConformance } from './conformance.js';
import { type Sshd, startSshd } from './sshd.js';

const reason =
  process.getuid?.() !== 0
    ? 'only root can make another user and start sshd'
    : existsSync('/usr/sbin/sshd')
      ? ''
      : "there is no sshd; install Debian's openssh-server";

describe.skipIf(reason !== '')(`with a real sshd${reason && `: skipped, ${reason}`}`, () => {
  let sshd: Sshd | undefined;
  afterAll(() => sshd?.stop());

  launcherConformance('the ssh launcher', {
    async setUp() {
      sshd = await startSshd();
      const { config } = sshd;
      const environment = { JAX_PLATFORMS: 'cpu' };
      return { launcher: 'ssh', hosts: ['guest'], workers: 2, config, environment };
    },
    refusals: [
      {
        what: 'a host that there is not',
        change: { hosts: ['absent'] },
        code: 'LAUNCH_FAILED',
        message: /^group some on absent: ssh: Could not resolve hostname .*; check the host with/,
      },
      {
        what: 'a key that is not let in',
        change: { hosts: ['denied'] },
        code: 'LAUNCH_REFUSED',
        message: /^group some on denied: .*Permission denied .*'ssh denied' must let you in/,
      },
      {
        what: 'a host whose key is not known',
        change: { hosts: ['stranger'] },
        code: 'LAUNCH_REFUSED',
        message: /^group some on stranger: Host key verification failed; /,
      },
      {
        what: 'a Python that there is not',
        change: { python: 'python9' },
        code: 'LAUNCH_FAILED',
        message: /^group some on guest: there is no command python9; set python to/,
      },
      {
        what: 'a machine without ssh',
        change: {},
        environment: { PATH: '/nowhere' },
        code: 'LAUNCHER_MISSING',
        message: /^group some: there is no command \w+ on the PATH; /,
      },
    ],
  });
});
