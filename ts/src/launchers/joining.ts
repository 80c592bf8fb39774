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

/** The place of a host among several that are one worker. */
export interface HostPlace {
  readonly hosts: number;
  /** Its index, from 0; the first one alone talks to the broker. */
  readonly host: number;
  /** Address of the first host. */
  readonly address: string;
  /** Port of the first host; the one after it is used, too. */
  readonly port: number;
}

/** Returns the arguments of one of several hosts that are one worker. */
export function hostWords({ hosts, host, address, port }: HostPlace): readonly string[] {
  return ['--hosts', `${hosts}`, '--host', `${host}`, '--first-host', `${address}:${port}`];
}

/** Returns the variables of a worker's environment. */
export function joiningEnvironment(
  secretKey: string,
  environment: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> {
  return { ...environment, MU2NET_WORKER_KEY: secretKey };
}
