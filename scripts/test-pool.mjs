// Tests what needs servers, engines or other tools: sshd, Slurm and Ray, each started by its own
// test, readers of exported records, and a browser. With --install it first installs what it can: the readers
// and, as root on Debian, the packages of the servers.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { nodeTool, python, runHere } from './tools.mjs';

const PACKAGES = {
  'openssh-server': '/usr/sbin/sshd',
  'slurm-wlm': '/usr/sbin/slurmctld',
  munge: '/usr/sbin/munged',
  chromium: '/usr/bin/chromium',
};
/** Tools that read exported records, for Python. */
const READERS = ['--quiet', 'networkx==3.6.1', 'pandas==2.3.3', 'tensorboard==2.21.0'];
const missing = Object.keys(PACKAGES).filter((name) => !existsSync(PACKAGES[name]));
const canInstall = process.getuid?.() === 0 && existsSync('/usr/bin/apt-get');
if (process.argv.includes('--install') && missing.length > 0 && canInstall) {
  const quiet = { stdio: 'ignore', env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' } };
  spawnSync('apt-get', ['update'], quiet);
  const words = ['install', '-y', '--no-install-recommends', ...missing];
  if (spawnSync('apt-get', words, quiet).status !== 0) {
    console.error(`going on without the Debian packages ${missing.join(', ')}`);
  }
}
if (process.argv.includes('--install') && runHere(python, ['-m', 'pip', 'install', ...READERS])) {
  console.error(`going on without the Python packages ${READERS.join(', ')}`);
}
const names = process.argv.slice(2).filter((word) => word !== '--install');
const vitest = [nodeTool('vitest', 'vitest.mjs'), 'run', '-c', 'vitest.pool.config.ts'];
process.exit(runHere(process.execPath, [...vitest, ...names]));
