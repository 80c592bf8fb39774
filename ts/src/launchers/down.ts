import type { Group } from '../config/index.js';
import { stopBroker } from './broker.js';
import { createLauncher, type LaunchOptions, noKey } from './create.js';
import { readPoolState, withPoolLock, writePoolState } from './pool-state.js';
import { type GroupReport, type PoolReport, problemOf } from './up.js';

/** How the workers of a pool are stopped. */
export interface TakeDownOptions extends LaunchOptions {
  /** Whether groups that cannot be stopped are forgotten; what runs there then runs on. */
  readonly forget?: boolean;
}

/**
 * Stops everything that `up` started of a pool, by what its state file says. A group that cannot be
 * stopped stays in the file, so that the next call tries again.
 */
export function takeDown(
  pool: string,
  { forget = false, ...options }: TakeDownOptions = {},
): Promise<PoolReport> {
  return withPoolLock(pool, async () => {
    const state = readPoolState(pool);
    if (!state) return { pool, groups: [] };
    const { broker } = state;
    const stop = async ([group, config]: [string, Group]): Promise<GroupReport> => {
      if (broker === null) throw new Error('workers without a broker');
      const launcher = createLauncher(config, { pool, group, broker, secretKey: noKey }, options);
      const head = { group, launcher: config.launcher, started: [], workers: [] };
      try {
        const stopped = (await launcher.list()).map(({ name }) => name);
        await launcher.stop();
        return { ...head, stopped, problem: null };
      } catch (error) {
        return { ...head, stopped: [], problem: problemOf(error, group) };
      }
    };
    const groups = await Promise.all(Object.entries(state.groups).map(stop));
    const failed = groups.filter(({ problem }) => problem !== null).map(({ group }) => group);
    const left = Object.entries(state.groups).filter(([group]) => failed.includes(group));
    const rest = left.length > 0 && !forget ? { ...state, groups: Object.fromEntries(left) } : null;
    if (rest === null) await stopBroker(pool, options.signal);
    writePoolState(pool, rest);
    return { pool, groups };
  });
}
