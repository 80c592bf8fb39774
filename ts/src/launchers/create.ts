import type { Group } from '../config/index.js';
import { findPython, type Interpreter } from '../sidecar/python.js';
import type { LaunchContext } from './context.js';
import type { Endpoints } from './endpoints.js';
import { joiningOf } from './joining.js';
import type { Launcher } from './launcher.js';
import { createLocalLauncher } from './local.js';
import { createSshLauncher } from './ssh/ssh.js';

/** What `up`, `down` and `logs` say and obey while they work. */
export interface LaunchOptions {
  readonly onProgress?: ((text: string) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** Where a group belongs. */
export interface GroupPlace {
  readonly pool: string;
  readonly group: string;
  readonly endpoints: Endpoints;
}

/** Creates the launcher of a group. */
export function createLauncher(
  config: Group,
  place: GroupPlace,
  { onProgress = () => {}, signal }: LaunchOptions = {},
): Launcher {
  let python: Interpreter | undefined;
  const { engine, environment } = config;
  const context: LaunchContext = {
    ...place,
    joiningOf: (worker, endpoint) => joiningOf(worker, endpoint, { engine, environment }),
    interpreter: () => {
      python ??= findPython();
      return python;
    },
    onProgress: (text) => onProgress(`group ${place.group}: ${text}`),
    signal,
  };
  switch (config.launcher) {
    case 'local':
      return createLocalLauncher(config, context);
    case 'ssh':
      return createSshLauncher(config, context);
    default:
      throw new Error(`no launcher ${config.launcher}`);
  }
}
