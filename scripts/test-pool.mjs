// Tests what needs servers or engines: sshd, Slurm and Ray, each started by its own test. With
// --install, as root on Debian, it first installs the packages of the servers.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { nodeTool, runHere } from './tools.mjs';

const PACKAGES = {
  'openssh-server': '/usr/sbin/sshd',
  'slurm-wlm': '/usr/sbin/slurmctld',
  munge: '/usr/sbin/munged',
};
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
const names = process.argv.slice(2).filter((word) => word !== '--install');
const vitest = [nodeTool('vitest', 'vitest.mjs'), 'run', '-c', 'vitest.pool.config.ts'];
process.exit(runHere(process.execPath, [...vitest, ...names]));
