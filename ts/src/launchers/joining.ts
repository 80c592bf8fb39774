import { type EngineOptions, flagsOf } from '../sidecar/engine.js';

/** How a worker is told where to connect, and its keys. */
export interface Joining {
  /** Arguments of `mu2net-sidecar`. Anyone on the worker's machine can read them. */
  readonly words: readonly string[];
  /**
   * Variables of the worker's environment, its secret key among them. Launchers hand them over on an
   * input or in a file that only the user can read, and show them to nobody.
   */
  readonly environment: Readonly<Record<string, string>>;
}

/** How a worker joins a pool. */
export interface JoiningOptions {
  readonly worker: string;
  /** Where it connects. */
  readonly endpoint: string;
  /** The public key of the broker. */
  readonly publicKey: string;
  readonly engine: EngineOptions;
  /** Below which the worker uses stores and data; empty for any place. */
  readonly storeRoots: readonly string[];
  readonly dataRoots: readonly string[];
}

/** Returns the arguments that make a worker join. */
export function joiningWords(options: JoiningOptions): readonly string[] {
  const { worker, endpoint, publicKey, engine, storeRoots, dataRoots } = options;
  const where = ['--connect', endpoint, '--pool-key', publicKey];
  const roots = [
    ...storeRoots.flatMap((root) => ['--store-root', root]),
    ...dataRoots.flatMap((root) => ['--data-root', root]),
  ];
  return [...where, '--name', worker, ...flagsOf(engine), ...roots];
}

/** Returns the variables of a worker's environment. */
export function joiningEnvironment(
  secretKey: string,
  environment: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> {
  return { ...environment, MU2NET_WORKER_KEY: secretKey };
}
