import type { GroupOf } from '../config/index.js';
import { type LaunchContext, workerNames } from './context.js';
import { Host, LOCAL_SHELL } from './hosts/host.js';
import { quoteAll } from './hosts/quote.js';
import type { HostProcess } from './hosts/scripts.js';
import type { LaunchedWorker, Launcher } from './launcher.js';

/** Returns the command of a worker that uses the Python of this machine. */
function sidecarCommand({ interpreter, wordsOf, broker }: LaunchContext, name: string): string {
  const words = wordsOf(name, broker.local);
  return quoteAll([interpreter().executable, '-m', 'mu2net_sidecar', ...words]);
}

function processOf(context: LaunchContext, name: string): HostProcess {
  return {
    name,
    command: sidecarCommand(context, name),
    mark: `--name ${name} `,
    environment: { PYTHONPATH: context.interpreter().pythonPath, ...context.environment() },
  };
}

/** Starts workers as processes of this machine, which live on when their shell ends. */
export function createLocalLauncher(
  { workers }: GroupOf<'local'>,
  context: LaunchContext,
): Launcher {
  const host = new Host(LOCAL_SHELL, context, context.signal);
  const wanted = workerNames(context, workers);
  return {
    wanted,
    plan: () => wanted.map((name) => sidecarCommand(context, name)),
    start: (names) => host.start(names.map((name) => processOf(context, name))),
    list: async () => (await host.list()).map((listed) => workerOf(listed, host.place)),
    stop: (names) => host.stop(names),
    logs: (name, options) => host.logs(name, options),
  };
}

/** Returns a process of a host as a worker. */
export function workerOf(
  { name, isRunning, pid, lastLine }: Awaited<ReturnType<Host['list']>>[number],
  place: string,
): LaunchedWorker {
  return {
    name,
    state: isRunning ? 'running' : 'ended',
    place,
    detail: isRunning ? `process ${pid}` : `its log ends with: ${lastLine}`,
  };
}
