import type { Interpreter } from '../sidecar/python.js';
import type { BrokerAddress } from './broker.js';

/** The facts about a pool that a launcher needs. */
export interface LaunchContext {
  /** Name of the pool. */
  readonly pool: string;
  /** Name of the group. */
  readonly group: string;
  readonly broker: BrokerAddress;
  /** Returns the arguments of a worker that connects to an endpoint. */
  readonly wordsOf: (worker: string, endpoint: string) => readonly string[];
  /** Returns the variables of the workers, with their key; only a start needs them. */
  readonly environment: () => Readonly<Record<string, string>>;
  /** The Python of this machine, found when it is needed. */
  readonly interpreter: () => Interpreter;
  /** Tells a person what goes on. */
  readonly onProgress: (text: string) => void;
  readonly signal?: AbortSignal | undefined;
}

/** Returns the names of a group's workers: they are unique on every machine of the user. */
export function workerNames({ pool, group }: LaunchContext, count: number): readonly string[] {
  return Array.from({ length: count }, (_, n) => `${pool}-${group}-${n}`);
}
