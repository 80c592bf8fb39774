import type { GroupOf } from '../../config/index.js';

/** What Ray reserves for a worker, as the options of an actor. */
export interface RayResources {
  readonly num_cpus: number;
  readonly num_gpus: number;
  readonly memory?: number;
  readonly resources: Readonly<Record<string, number>>;
}

/** Returns what Ray reserves for each worker of a group. */
export function rayResources({ cpus, gpus, memory, resources }: GroupOf<'ray'>): RayResources {
  return { num_cpus: cpus, num_gpus: gpus, ...(memory > 0 && { memory }), resources };
}

/** Returns the namespace of a group's actors. */
export function rayNamespace(pool: string, group: string): string {
  return `mu2net/${pool}/${group}`;
}

/**
 * Returns the variables by which Ray authenticates: by token, unless the user's environment says
 * otherwise.
 */
export function rayEnvironment(
  { tokenFile }: GroupOf<'ray'>,
  inherited: NodeJS.ProcessEnv,
): Readonly<Record<string, string>> {
  return {
    RAY_AUTH_MODE: inherited.RAY_AUTH_MODE ?? 'token',
    ...(tokenFile !== null && { RAY_AUTH_TOKEN_PATH: tokenFile }),
    RAY_USAGE_STATS_ENABLED: '0',
  };
}
