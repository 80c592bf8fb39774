import type { Interpreter } from '../sidecar/python.js';
import type { Endpoints } from './endpoints.js';
import type { Joining } from './joining.js';

/** What a launcher knows of its pool. */
export interface LaunchContext {
  /** Name of the pool. */
  readonly pool: string;
  /** Name of the group. */
  readonly group: string;
  readonly endpoints: Endpoints;
  /** Returns how a worker is told where to connect; a tunnel has another endpoint. */
  readonly joiningOf: (worker: string, endpoint: string) => Joining;
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
