import { createHash } from 'node:crypto';
import { hostname, userInfo } from 'node:os';
import { Mu2NetError } from '../../domain/errors.js';
import { hostAndPort } from '../broker.js';
import { type CommandLine, lastLine } from '../execute.js';
import type { HostShell } from '../hosts/host.js';
import { quoteAll } from '../hosts/quote.js';
import type { HostProcess } from '../hosts/scripts.js';

/** How a host is reached by the user's own ssh. */
export interface SshTarget {
  readonly host: string;
  /** A file of ssh's configuration; null: the user's own. */
  readonly config: string | null;
}

/** Options of every connection; nobody is there to answer a question. */
function optionsOf({ config }: SshTarget): readonly string[] {
  const file = config === null ? [] : ['-F', config];
  return [...file, '-o', 'BatchMode=yes', '-o', 'ConnectTimeout=15'];
}

/** Returns the shell of a host, reached by ssh. */
export function sshShell(target: SshTarget, group: string): HostShell {
  const { host } = target;
  return {
    place: host,
    command: ['ssh', ...optionsOf(target), host, 'sh -s'],
    refusalOf: (status, output) => (status === 255 ? sshError(target, group, output) : undefined),
  };
}

/** Returns why ssh itself failed: it ends with 255 then. */
function sshError({ host }: SshTarget, group: string, output: string): Mu2NetError {
  const reason = lastLine(output).replace(/\.$/, '');
  const isRefused = /permission denied|verification failed|authentication fail/i.test(output);
  const remedy = isRefused
    ? `'ssh ${host}' must let you in without a question: check your key and known_hosts`
    : `check the host with 'ssh ${host}'`;
  return new Mu2NetError(
    isRefused ? 'LAUNCH_REFUSED' : 'LAUNCH_FAILED',
    `group ${group} on ${host}: ${reason}; ${remedy}`,
    { group },
  );
}

/** The port of a tunnel on a host; the same each time, and rarely that of another pool. */
export function tunnelPort(pool: string, group: string): number {
  const who = [pool, group, hostname(), userInfo().username].join('\n');
  return 20_000 + (createHash('sha256').update(who).digest().readUInt16BE() % 10_000);
}

/** Returns the command that makes a port of a host lead to an endpoint of this machine. */
export function tunnelCommand(target: SshTarget, port: number, endpoint: string): CommandLine {
  const alive = ['-o', 'ServerAliveInterval=15', '-o', 'ServerAliveCountMax=3'];
  // A connection of its own: a shared one would take the tunnel along when it ends.
  const own = ['-N', '-o', 'ControlPath=none', '-o', 'ExitOnForwardFailure=yes', ...alive];
  const forward = ['-R', `127.0.0.1:${port}:${hostAndPort(endpoint)}`];
  return ['ssh', ...optionsOf(target), ...own, ...forward, target.host];
}

/** Seconds before a broken tunnel is made again. */
const PAUSE_SECONDS = 2;

/** Returns the process of this machine that keeps a tunnel open. */
export function tunnelProcess(name: string, command: CommandLine): HostProcess {
  const mark = `: tunnel-of ${name};`;
  const loop = `${mark} while :; do ${quoteAll(command)}; sleep ${PAUSE_SECONDS}; done`;
  return { name, mark, command: quoteAll(['sh', '-c', loop]), environment: {} };
}

/** Returns the script that waits on a host until its end of a tunnel accepts connections. */
export function waitScript(python: string, port: number, seconds: number): string {
  return `${python} - <<'MU2NET_WAIT'
import socket, sys, time
end = time.monotonic() + ${seconds}
while True:
    try:
        socket.create_connection(("127.0.0.1", ${port}), 2).close()
        break
    except OSError as error:
        if time.monotonic() > end:
            sys.exit(f"the tunnel's port ${port} does not answer ({error})")
        time.sleep(0.2)
MU2NET_WAIT
`;
}
