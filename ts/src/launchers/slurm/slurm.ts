import type { GroupOf } from '../../config/index.js';
import { Mu2NetError } from '../../domain/errors.js';
import { type LaunchContext, workerNames } from '../context.js';
import { lastLine } from '../execute.js';
import { Host, type HostShell, LOCAL_SHELL } from '../hosts/host.js';
import { quoteAll } from '../hosts/quote.js';
import type { Launcher } from '../launcher.js';
import { sshShell } from '../ssh/command.js';
import {
  cancelScript,
  listScript,
  readWorkers,
  sbatchOptions,
  submitScript,
  taskWords,
} from './scripts.js';

/** Starts workers as jobs of Slurm, from this machine or a login node. */
export function createSlurmLauncher(config: GroupOf<'slurm'>, context: LaunchContext): Launcher {
  const { pool, group, broker, signal } = context;
  const { hosts } = config;
  const place = { pool, group };
  const host = new Host(slurmShell(config, group), place, signal);
  const wanted = workerNames(context, config.workers);
  const options = sbatchOptions(config);
  const commandOf = (name: string) => {
    const python = config.python ?? context.interpreter().executable;
    const words = [python, '-m', 'mu2net_sidecar', ...context.wordsOf(name, broker.remote)];
    return quoteAll(words) + taskWords(hosts);
  };
  const processOf = (name: string) => ({
    name,
    command: commandOf(name),
    mark: '',
    environment: {
      // Nodes see this machine's files, its package among them, unless another Python is named.
      ...(config.python === null && { PYTHONPATH: context.interpreter().pythonPath }),
      ...context.environment(),
    },
  });
  return {
    wanted,
    plan: () =>
      wanted.map(
        (name) => `sbatch --job-name=${name} ${quoteAll(options)}  # srun ${commandOf(name)}`,
      ),
    async start(names) {
      await host.run(submitScript(place, names.map(processOf), { options, hosts }));
    },
    list: async () => readWorkers(await host.run(listScript(place))),
    async stop(names) {
      await host.run(cancelScript(place, names));
    },
    logs: (name, logOptions) => host.logs(name, logOptions),
  };
}

/** Returns where sbatch runs, and what its failures mean. */
function slurmShell(config: GroupOf<'slurm'>, group: string): HostShell {
  const shell =
    config.host === null ? LOCAL_SHELL : sshShell({ ...config, host: config.host }, group);
  return {
    ...shell,
    refusalOf: (status, output) =>
      shell.refusalOf?.(status, output) ?? slurmError(shell.place, group, status, output),
  };
}

function slurmError(
  place: string,
  group: string,
  status: number | null,
  output: string,
): Mu2NetError | undefined {
  const reason = lastLine(output).replace(/^\w+: error: /, '');
  if (status === 127) {
    const remedy = "install Slurm's client, or set host to a login node that has it";
    const message = `group ${group} on ${place}: ${reason}; ${remedy}`;
    return new Mu2NetError('LAUNCHER_MISSING', message, { group });
  }
  if (!/submission failed|invalid (partition|account|qos)/i.test(reason)) return undefined;
  const message = `group ${group} on ${place}: Slurm refuses: ${reason}; correct partition, account or resources of the group`;
  return new Mu2NetError('LAUNCH_REFUSED', message, { group });
}
