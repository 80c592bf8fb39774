import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, openSync, readFileSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { temporaryFolder } from '../support/runs.js';
import { until } from './conformance.js';
import { freePort } from './sshd.js';

/** A real Slurm of one node on this machine. */
export interface Slurm {
  readonly configuration: string;
  readonly stop: () => Promise<void>;
}

/** Starts munged, slurmctld and slurmd with a configuration of their own. */
export async function startSlurm(): Promise<Slurm> {
  const folder = temporaryFolder();
  const at = (name: string) => join(folder, name);
  for (const name of ['state', 'spool', 'munge']) mkdirSync(at(name), { mode: 0o755 });
  execFileSync('chmod', ['755', folder]);
  execFileSync('sh', ['-c', `umask 077; head -c 1024 /dev/urandom > '${at('munge.key')}'`]);
  const node = hostname().split('.')[0] ?? 'localhost';
  const socket = at('munge/socket');
  const [controller, daemon] = [await freePort(), await freePort()];
  const configuration = at('slurm.conf');
  writeFileSync(
    configuration,
    `ClusterName=trial
SlurmctldHost=${node}(127.0.0.1)
SlurmctldPort=${controller}
SlurmdPort=${daemon}
SlurmUser=root
SlurmdUser=root
AuthType=auth/munge
AuthInfo=socket=${socket}
CredType=cred/munge
StateSaveLocation=${at('state')}
SlurmdSpoolDir=${at('spool')}
SlurmctldPidFile=${at('slurmctld.pid')}
SlurmdPidFile=${at('slurmd.pid')}
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
SwitchType=switch/none
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU
EnforcePartLimits=ALL
SlurmdParameters=config_overrides
ReturnToService=2
MailProg=/bin/true
NodeName=${node} NodeAddr=127.0.0.1 CPUs=4 State=UNKNOWN
PartitionName=trial Nodes=${node} Default=YES MaxTime=INFINITE State=UP
`,
  );
  const environment = { ...process.env, SLURM_CONF: configuration };
  const servers: ChildProcess[] = [];
  const serve = (program: string, ...words: readonly string[]) => {
    const log = openSync(at(`${program.split('/').at(-1)}.log`), 'a');
    servers.push(spawn(program, words, { stdio: ['ignore', log, log], env: environment }));
  };
  const munge = ['--foreground', '--force', `--key-file=${at('munge.key')}`, `--socket=${socket}`];
  const files = ['log-file', 'pid-file', 'seed-file'].map((name) => `--${name}=${at(name)}`);
  serve('/usr/sbin/munged', ...munge, ...files);
  serve('/usr/sbin/slurmctld', '-D', '-f', configuration);
  serve('/usr/sbin/slurmd', '-D', '-f', configuration);
  let tries = 0;
  await until(() => {
    try {
      const answer = execFileSync('sinfo', ['--noheader', '--format=%t'], {
        env: environment,
        encoding: 'utf8',
        stdio: ['ignore', 'pipe', 'pipe'],
      });
      if (/^idle/.test(answer)) return true;
    } catch {
      // It does not answer yet.
    }
    tries++;
    if (tries > 300) throw new Error(readFileSync(at('slurmctld.log'), 'utf8').slice(-2000));
    return false;
  });
  // A server writes its state when it ends, so its folder must not be removed before.
  const stop = async () => {
    for (const server of servers.reverse()) {
      if (server.exitCode !== null || server.signalCode !== null) continue;
      const ended = once(server, 'exit');
      server.kill();
      await ended;
    }
  };
  return { configuration, stop };
}
