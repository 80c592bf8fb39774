import { isDeepStrictEqual } from 'node:util';
import type { Group, LauncherName, PoolConfig } from '../config/index.js';
import { Mu2NetError } from '../domain/errors.js';
import { serveBroker } from './broker.js';
import { createLauncher, type LaunchOptions } from './create.js';
import type { LaunchedWorker, Launcher } from './launcher.js';
import { readPoolState, withPoolLock, writePoolState } from './pool-state.js';

/** The changes to a group, and its workers afterwards. */
export interface GroupReport {
  readonly group: string;
  readonly launcher: LauncherName;
  /** Workers that were started now, by name. */
  readonly started: readonly string[];
  /** Workers that were stopped now, because the file does not want them any more. */
  readonly stopped: readonly string[];
  /** All workers of the group, as the launcher sees them. */
  readonly workers: readonly LaunchedWorker[];
  /** Why not everything could be done; null: all is done. */
  readonly problem: Mu2NetError | null;
}

/** The changes to a pool, by group. */
export interface PoolReport {
  readonly pool: string;
  readonly groups: readonly GroupReport[];
}

/**
 * Serves a pool, starts what is missing of its workers, and stops what its file does not want any more. Groups are
 * independent: if one has a problem, the others are started all the same.
 */
export function bringUp(config: PoolConfig, options: LaunchOptions = {}): Promise<PoolReport> {
  const { name: pool, groups } = config;
  return withPoolLock(pool, async () => {
    const before = readPoolState(pool);
    // Written before anything is started, so that `down` finds it however this ends.
    writePoolState(pool, before ?? { name: pool, broker: null, groups: {} });
    const { address: broker, credentials } = await serveBroker(config, options.signal);
    const secretKey = () => credentials.keyPair.secretKey;
    writePoolState(pool, { name: pool, broker, groups: { ...before?.groups, ...groups } });
    const isSameBroker = isDeepStrictEqual(before?.broker, broker);
    const isKept = (started: Group, wanted: Group | undefined) =>
      isSameBroker && wanted !== undefined && isSameBut(started, wanted);
    const names = [...new Set([...Object.keys(groups), ...Object.keys(before?.groups ?? {})])];
    const reports = await Promise.all(
      names.map((group) => {
        const wanted = groups[group];
        const started = before?.groups[group];
        const place = { pool, group, broker, secretKey };
        return bringGroup({
          group,
          wanted: wanted && createLauncher(wanted, place, options),
          // A group that is described otherwise than before is stopped, and started anew.
          outdated:
            started && !isKept(started, wanted)
              ? createLauncher(started, place, options)
              : undefined,
          launcher: (wanted ?? started)?.launcher ?? 'local',
        });
      }),
    );
    // Nothing is left of a group that was stopped, or of which nothing could be started.
    const isGone = ({ group, problem, workers }: GroupReport) =>
      problem === null
        ? !(group in groups)
        : !before?.groups[group] && workers.every(({ state }) => state === 'ended');
    const kept = reports.filter((report) => !isGone(report)).map(({ group }) => group);
    const all = { ...before?.groups, ...groups };
    const left = Object.entries(all).filter(([group]) => kept.includes(group));
    writePoolState(pool, { name: pool, broker, groups: Object.fromEntries(left) });
    return { pool, groups: reports };
  });
}

/** Whether two descriptions of a group differ at most in how many workers it has. */
function isSameBut(a: Group, b: Group): boolean {
  // The state file leaves out undefined values.
  const written = (value: Group) => JSON.parse(JSON.stringify({ ...value, workers: null }));
  return isDeepStrictEqual(written(a), written(b));
}

interface GroupWork {
  readonly group: string;
  readonly launcher: Group['launcher'];
  /** The launcher that starts the group; undefined if the group is not wanted any more. */
  readonly wanted: Launcher | undefined;
  /** The launcher that stops workers that were started by another description. */
  readonly outdated: Launcher | undefined;
}

async function bringGroup({ wanted, outdated, ...head }: GroupWork): Promise<GroupReport> {
  const started: string[] = [];
  const stopped: string[] = [];
  let workers: readonly LaunchedWorker[] = [];
  let problem: Mu2NetError | null = null;
  let isReached = false;
  try {
    if (outdated) {
      stopped.push(...(await outdated.list()).map(({ name }) => name));
      await outdated.stop();
    }
    if (wanted) {
      const present = await wanted.list();
      isReached = true;
      const surplus = present
        .map(({ name }) => name)
        .filter((name) => !wanted.wanted.includes(name));
      if (surplus.length > 0) await wanted.stop(surplus);
      stopped.push(...surplus);
      const alive = present.filter(({ state }) => state !== 'ended').map(({ name }) => name);
      const missing = wanted.wanted.filter((name) => !alive.includes(name));
      if (missing.length > 0) await wanted.start(missing);
      started.push(...missing);
      workers = await wanted.list();
    }
  } catch (error) {
    problem = problemOf(error, head.group);
    workers = (isReached && (await wanted?.list().catch(() => null))) || [];
  }
  return { ...head, started, stopped, workers, problem };
}

/** Returns an error as the problem of a group; one that is not about the group is thrown again. */
export function problemOf(error: unknown, group: string): Mu2NetError {
  if (!(error instanceof Mu2NetError) || error.code === 'CANCELLED') throw error;
  if (error.subject.group !== undefined) return error;
  const { code, message, subject, cause } = error;
  return new Mu2NetError(code, `group ${group}: ${message}`, { ...subject, group, cause });
}
