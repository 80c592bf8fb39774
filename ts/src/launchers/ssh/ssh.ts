import type { GroupOf } from '../../config/index.js';
import { type LaunchContext, workerNames } from '../context.js';
import { onMembers } from '../hosts/members.js';
import { quoteAll } from '../hosts/quote.js';
import { RemoteMember } from '../hosts/remote-member.js';
import { buildWheel, type Wheel } from '../hosts/wheel.js';
import type { Launcher } from '../launcher.js';
import { sshShell, tunnelCommand, tunnelPort } from './command.js';

/** Starts workers on machines that the user's own ssh reaches. */
export function createSshLauncher(config: GroupOf<'ssh'>, context: LaunchContext): Launcher {
  const { hosts, workers, python, extras } = config;
  const { pool, group, broker } = context;
  const port = config.port ?? tunnelPort(pool, group);
  let built: Promise<Wheel> | undefined;
  const wheel = () => {
    built ??= buildWheel(context.interpreter());
    return built;
  };
  const names = workerNames(context, hosts.length * workers);
  const machines = hosts.map((host, index) => {
    const target = { host, config: config.config };
    const command = tunnelCommand(target, port, broker.local);
    return {
      index,
      wanted: names.slice(index * workers, (index + 1) * workers),
      shell: sshShell(target, group),
      installation: { python, extras },
      tunnel: config.tunnel ? { port, command } : null,
      wheel,
    };
  });
  const members = machines.map((machine) => new RemoteMember(machine, context));
  return {
    ...onMembers(members),
    plan: () =>
      machines.flatMap(({ shell, tunnel, wanted }) => [
        ...(tunnel ? [quoteAll(tunnel.command)] : []),
        `${quoteAll(shell.command)}  # installs the sidecar, starts ${wanted.join(', ')}`,
      ]),
  };
}
