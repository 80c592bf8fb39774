import { type EngineOptions, flagsOf } from '../sidecar/engine.js';

/** How a worker is told where to connect, and its keys. */
export interface Joining {
  /** Arguments of `mu2net-sidecar`. Anyone on the worker's machine can read them. */
  readonly words: readonly string[];
  /**
   * Variables of the worker's environment, keys among them. Launchers hand them over on an input or
   * in a file that only the user can read, and show them to nobody.
   */
  readonly environment: Readonly<Record<string, string>>;
}

/** What all workers of a group have in common. */
export interface JoiningOptions {
  readonly engine: EngineOptions;
  readonly environment: Readonly<Record<string, string>>;
}

/** Returns how a worker joins the broker at an endpoint. */
export function joiningOf(
  worker: string,
  endpoint: string,
  { engine, environment }: JoiningOptions,
): Joining {
  return {
    words: ['--connect', endpoint, '--name', worker, ...flagsOf(engine)],
    environment,
  };
}
