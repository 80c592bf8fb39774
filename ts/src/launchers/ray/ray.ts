import type { GroupOf } from '../../config/index.js';
import { type LaunchContext, workerNames } from '../context.js';
import { quoteAll } from '../hosts/quote.js';
import type { Launcher } from '../launcher.js';
import { type RayResources, rayActors, rayNamespace } from './actors.js';
import { Driver } from './driver.js';

/** Starts workers as actors of a Ray cluster, which places them and starts them again. */
export function createRayLauncher(config: GroupOf<'ray'>, context: LaunchContext): Launcher {
  const { slice, address } = config;
  const { group, signal, interpreter } = context;
  const wanted = workerNames(context, config.workers * (slice?.hosts ?? 1));
  const resources = resourcesOf(config);
  const driver = new Driver({
    ...{ group, address, signal },
    namespace: rayNamespace(context),
    command: async () => [config.python ?? interpreter().executable, '-m', 'mu2net_sidecar.launch'],
    environment: () => ({
      ...authentication(config, process.env),
      RAY_USAGE_STATS_ENABLED: '0',
      PYTHONPATH: interpreter().pythonPath,
    }),
  });
  const place = slice ? `slice ${slice.accelerator} ${slice.topology}` : JSON.stringify(resources);
  const commandOf = (name: string) =>
    quoteAll(['mu2net-sidecar', ...context.wordsOf(name, context.broker.remote)]);
  return {
    ...rayActors({ wanted, resources, slice, driver }, context),
    plan: () => wanted.map((name) => `${commandOf(name)}  # Ray at ${address}: ${place}`),
  };
}

/** Returns what Ray reserves for each worker. */
function resourcesOf({ cpus, gpus, memory, resources }: GroupOf<'ray'>): RayResources {
  return { num_cpus: cpus, num_gpus: gpus, ...(memory > 0 && { memory }), resources };
}

/** Returns how Ray authenticates: by token, unless the user's environment says otherwise. */
function authentication({ tokenFile }: GroupOf<'ray'>, inherited: NodeJS.ProcessEnv) {
  return {
    RAY_AUTH_MODE: inherited.RAY_AUTH_MODE ?? 'token',
    ...(tokenFile !== null && { RAY_AUTH_TOKEN_PATH: tokenFile }),
  };
}
