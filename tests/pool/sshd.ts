import { execFileSync, spawn } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { temporaryFolder } from '../support/runs.js';
import { until } from './conformance.js';

/** The user that workers run as; made by the first test that needs it, and kept. */
export const GUEST = 'mu2net-guest';

/** A real sshd on a port of loopback. */
export interface Sshd {
  /** The file of ssh's configuration that knows the hosts `guest`, `denied`, `stranger`, `absent`. */
  readonly config: string;
  readonly stop: () => void;
}

/** Returns a free port of loopback. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return typeof address === 'object' && address ? address.port : 0;
}

/** Starts sshd with keys of its own, and lets one key in as another user. */
export async function startSshd(): Promise<Sshd> {
  const folder = temporaryFolder();
  const at = (name: string) => join(folder, name);
  const run = (program: string, ...words: readonly string[]) =>
    execFileSync(program, words, { stdio: ['ignore', 'pipe', 'pipe'], encoding: 'utf8' });
  for (const key of ['host', 'user', 'other']) {
    run('ssh-keygen', '-q', '-t', 'ed25519', '-N', '', '-f', at(key));
  }
  try {
    run('id', GUEST);
  } catch {
    run('useradd', '--create-home', '--shell', '/bin/sh', GUEST);
  }
  // sshd lets nobody in whose password is locked; this one only fits no password.
  run('usermod', '--password', '*', GUEST);
  // sshd looks at keys of others only where nobody else can write.
  const keys = '/run/mu2net-test-keys';
  mkdirSync(keys, { recursive: true, mode: 0o755 });
  run('cp', at('user.pub'), join(keys, GUEST));
  run('chmod', '644', join(keys, GUEST));
  mkdirSync('/run/sshd', { recursive: true });
  const port = await freePort();
  writeFileSync(
    at('sshd_config'),
    [
      `Port ${port}`,
      'ListenAddress 127.0.0.1',
      `HostKey ${at('host')}`,
      `PidFile ${at('pid')}`,
      `AuthorizedKeysFile ${keys}/%u`,
      'PasswordAuthentication no',
      'KbdInteractiveAuthentication no',
      'UsePAM no',
      '',
    ].join('\n'),
  );
  const server = spawn('/usr/sbin/sshd', ['-D', '-e', '-f', at('sshd_config')], {
    stdio: 'ignore',
  });
  writeFileSync(at('known'), `[127.0.0.1]:${port} ${run('cat', at('host.pub'))}`);
  writeFileSync(at('nobody'), '');
  const host = (name: string, key: string, known: string, hostname = '127.0.0.1') =>
    [
      `Host ${name}`,
      `  HostName ${hostname}`,
      `  Port ${port}`,
      `  User ${GUEST}`,
      `  IdentityFile ${at(key)}`,
      '  IdentitiesOnly yes',
      `  UserKnownHostsFile ${at(known)}`,
      '',
    ].join('\n');
  writeFileSync(
    at('config'),
    [
      host('guest', 'user', 'known'),
      host('denied', 'other', 'known'),
      host('stranger', 'user', 'nobody'),
      host('absent', 'user', 'known', 'no-such-host.invalid'),
    ].join('\n'),
  );
  const config = at('config');
  let tries = 0;
  await until(() => {
    try {
      tries++;
      run('ssh', '-F', config, '-o', 'BatchMode=yes', 'guest', 'true');
      return true;
    } catch (error) {
      if (tries > 100) throw error;
      return false;
    }
  });
  return { config, stop: () => server.kill() };
}
