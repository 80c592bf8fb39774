import type { GroupOf } from '../config/index.js';
import { type LaunchContext, workerNames } from './context.js';
import { Host } from './hosts/host.js';
import { quoteAll } from './hosts/quote.js';
import type { HostProcess } from './hosts/scripts.js';
import type { LaunchedWorker, Launcher } from './launcher.js';

/** Returns the process of a worker that uses the Python of this machine. */
export function sidecarProcess(context: LaunchContext, name: string): HostProcess {
  const { executable, pythonPath } = context.interpreter();
  const { words, environment } = context.joiningOf(name, context.endpoints.local);
  return {
    name,
    command: quoteAll([executable, '-m', 'mu2net_sidecar', ...words]),
    mark: `--name ${name} `,
    environment: { PYTHONPATH: pythonPath, ...environment },
  };
}

/** Starts workers as processes of this machine, which live on when their shell ends. */
export function createLocalLauncher(
  { workers }: GroupOf<'local'>,
  context: LaunchContext,
): Launcher {
  const host = new Host({ place: 'this machine', command: ['sh', '-s'] }, context, context.signal);
  const wanted = workerNames(context, workers);
  return {
    wanted,
    plan: () => wanted.map((name) => sidecarProcess(context, name).command),
    start: (names) => host.start(names.map((name) => sidecarProcess(context, name))),
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
