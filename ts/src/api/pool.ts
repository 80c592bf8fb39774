import { definePool, loadPool, type PoolInput } from '../config/index.js';
import type { LaunchOptions } from '../launchers/create.js';
import { type TakeDownOptions, takeDown } from '../launchers/down.js';
import { type ReadLogsOptions, readLogs } from '../launchers/logs.js';
import { poolNameOf } from '../launchers/pool-name.js';
import { bringUp, type PoolReport } from '../launchers/up.js';
import { askPool } from '../standing/ask-pool.js';
import type { PoolKeys } from '../standing/find-pool.js';
import type { PoolSurvey } from '../standing/survey.js';

/**
 * Serves a pool, starts the workers that do not run, and stops those that the description does not
 * want any more, as `mu2net pool up` does. A group that has a problem holds up no other one; its report
 * says why.
 *
 * @param pool the file that describes the pool, or what it would say.
 * @throws Mu2NetError CONFIG_INVALID; LAUNCH_FAILED when the pool cannot be served; POOL_LOCKED when
 *   another process starts or stops its workers; CANCELLED.
 *
 * @example
 * const { groups } = await bringUpPool({ name: 'lab', groups: { here: { launcher: 'local' } } });
 * for (const { group, started, problem } of groups) console.log(group, started, problem?.message);
 * await takeDownPool('lab');
 */
export async function bringUpPool(
  pool: string | PoolInput,
  options: LaunchOptions = {},
): Promise<PoolReport> {
  const config = typeof pool === 'string' ? loadPool(pool) : definePool(pool, process.cwd());
  return bringUp(config, options);
}

/**
 * Stops everything that `bringUpPool` or `mu2net pool up` started of a pool on this machine's behalf. A
 * group that cannot be stopped has a problem in its report, and the next call tries again.
 *
 * @param pool the name of the pool, or the file that describes it.
 * @throws Mu2NetError CONFIG_INVALID, POOL_LOCKED, CANCELLED
 *
 * @example
 * const { groups } = await takeDownPool('lab');
 * console.log(groups.flatMap(({ stopped }) => stopped));
 */
export async function takeDownPool(
  pool: string,
  options: TakeDownOptions = {},
): Promise<PoolReport> {
  return takeDown(poolNameOf(pool), options);
}

/**
 * Asks a standing pool for its workers, who uses it, and what waits.
 *
 * @param address the pool's folder, or `tcp://host:port`, where it listens for controllers.
 * @throws Mu2NetError POOL_AWAY, KEY_INVALID, CONFIG_INVALID, PROTOCOL_VERSION
 *
 * @example
 * const { workers, controllers } = await surveyPool('pool');
 * console.table(workers.map(({ name, state, busy }) => ({ name, state, busy })));
 * console.table(controllers);
 */
export async function surveyPool(address: string, keys: PoolKeys = {}): Promise<PoolSurvey> {
  const { type: _, ...survey } = await askPool(address, { type: 'survey' }, keys);
  return survey;
}

/**
 * Reads the logs of the workers that `bringUpPool` or `mu2net pool up` started.
 *
 * @param pool the name of the pool, or the file that describes it.
 * @throws Mu2NetError CONFIG_INVALID when nothing was started, or not this group.
 *
 * @example
 * await bringUpPool({ name: 'logged', groups: { here: { launcher: 'local' } } });
 * await readPoolLogs('logged', {
 *   follow: false,
 *   onLine: (worker, line) => console.log(worker, line),
 * });
 * await takeDownPool('logged');
 */
export async function readPoolLogs(pool: string, options: ReadLogsOptions): Promise<void> {
  return readLogs(poolNameOf(pool), options);
}
