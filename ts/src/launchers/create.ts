import type { Group } from '../config/index.js';
import { findPython, type Interpreter } from '../sidecar/python.js';
import type { BrokerAddress } from './broker.js';
import type { LaunchContext } from './context.js';
import { joiningEnvironment, joiningWords } from './joining.js';
import { createKubernetesLauncher } from './kubernetes/kubernetes.js';
import type { Launcher } from './launcher.js';
import { createLocalLauncher } from './local.js';
import { createRayLauncher } from './ray/ray.js';
import { createSlurmLauncher } from './slurm/slurm.js';
import { createSshLauncher } from './ssh/ssh.js';
import { createTpuVmLauncher } from './tpu-vm/tpu-vm.js';

/** How `up`, `down` and `logs` report progress, and how they are stopped. */
export interface LaunchOptions {
  readonly onProgress?: ((text: string) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** Where a group belongs. */
export interface GroupPlace {
  readonly pool: string;
  readonly group: string;
  readonly broker: BrokerAddress;
  /** Reads the secret key of the workers, when one is started. */
  readonly secretKey: () => string;
}

/** Creates the launcher of a group. */
export function createLauncher(
  config: Group,
  place: GroupPlace,
  { onProgress = () => {}, signal }: LaunchOptions = {},
): Launcher {
  const { engine, environment, storeRoots, dataRoots } = config;
  const { pool, group, broker, secretKey } = place;
  const { publicKey } = broker;
  let python: Interpreter | undefined;
  const context: LaunchContext = {
    ...{ pool, group, broker, signal },
    wordsOf: (worker, endpoint) =>
      joiningWords({ worker, endpoint, publicKey, engine, storeRoots, dataRoots }),
    environment: () => joiningEnvironment(secretKey(), environment),
    interpreter: () => {
      python ??= findPython();
      return python;
    },
    onProgress: (text) => onProgress(`group ${group}: ${text}`),
  };
  switch (config.launcher) {
    case 'kubernetes':
      return createKubernetesLauncher(config, context);
    case 'tpu-vm':
      return createTpuVmLauncher(config, context);
    case 'local':
      return createLocalLauncher(config, context);
    case 'slurm':
      return createSlurmLauncher(config, context);
    case 'ray':
      return createRayLauncher(config, context);
    case 'ssh':
      return createSshLauncher(config, context);
  }
}

/** Stands for the key of workers that are only looked at or stopped. */
export function noKey(): never {
  throw new Error('workers that are not started need no key');
}
