import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { PoolConfig } from '../../ts/src/config/index.js';
import { type GroupInput, group } from '../../ts/src/config/pool/groups.js';
import type { ErrorCode } from '../../ts/src/domain/errors.js';
import { plannedAddress } from '../../ts/src/launchers/broker.js';
import { createLauncher, noKey } from '../../ts/src/launchers/create.js';
import { takeDown } from '../../ts/src/launchers/down.js';
import type { Launcher } from '../../ts/src/launchers/launcher.js';
import { readLogs } from '../../ts/src/launchers/logs.js';
import { bringUp } from '../../ts/src/launchers/up.js';
import type { Pool } from '../../ts/src/pool/pool.js';
import type { WorkerNews } from '../../ts/src/pool/worker-news.js';
import { openPool } from '../../ts/src/standing/open-pool.js';
import { type StandingPool, servePool } from '../../ts/src/standing/serve.js';
import { DIGITS, DIGITS_FACTS } from '../support/requests.js';
import { temporaryFolder } from '../support/runs.js';

/** Something that goes wrong for a user, and the one line about it. */
export interface Refusal {
  readonly what: string;
  /** Changes to the description of the group. */
  readonly change: Readonly<Record<string, unknown>>;
  /** Variables of the controller meanwhile. */
  readonly environment?: Readonly<Record<string, string>>;
  readonly code: ErrorCode;
  readonly message: RegExp;
}

/** A launcher as the suite tests it. */
export interface Conforming {
  /** Makes what it needs, and returns a group of two workers on this machine. */
  readonly setUp: () => Promise<GroupInput> | GroupInput;
  readonly refusals: readonly Refusal[];
  /** Adds tests while both workers run. */
  readonly more?: (tools: ConformanceTools) => void;
}

/** Tools for further tests of a launcher. */
export interface ConformanceTools {
  /** Names of the two workers. */
  readonly workers: readonly string[];
  /** How often a worker has joined the broker. */
  readonly joined: (worker: string) => number;
  /** Returns the description of another pool, of a group that differs from that of the suite. */
  readonly poolOf: (name: string, change: Readonly<Record<string, unknown>>) => PoolConfig;
}

/** Numbers of the processes on this machine that are the worker of a name. */
export function processesOf(worker: string): readonly number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((pid) => {
      try {
        const words = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0');
        return words.includes('mu2net_sidecar') && words.includes(worker);
      } catch {
        return false;
      }
    })
    .map(Number);
}

/** Waits until something is so; the limit of the test ends it. */
export async function until(isSo: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await isSo())) await setTimeout(100);
}

/** Tests what every launcher does. */
export function launcherConformance(name: string, { setUp, refusals, more }: Conforming): void {
  describe(name, () => {
    const events: WorkerNews[] = [];
    const joined = (worker: string) =>
      events.filter((event) => event.change === 'ready' && event.worker === worker).length;
    const WORKERS = ['trial-some-0', 'trial-some-1'];
    const [FIRST = ''] = WORKERS;
    let served: StandingPool;
    let pool: Pool;
    let input: GroupInput;
    let config: PoolConfig;
    let launcher: Launcher;
    const folder = temporaryFolder();

    const configOf = (some: GroupInput, pool = 'trial'): PoolConfig => ({
      name: pool,
      broker: { folder, listen: 'tcp://127.0.0.1:0', address: null },
      groups: { some: group.parse(some) },
    });
    const up = async () => {
      const { groups } = await bringUp(config);
      expect(groups.map(({ problem }) => problem)).toEqual([null]);
      return groups[0];
    };
    const states = async () =>
      Object.fromEntries((await launcher.list()).map(({ name, state }) => [name, state]));
    const running = { [WORKERS[0] ?? '']: 'running', [WORKERS[1] ?? '']: 'running' };

    beforeAll(async () => {
      process.env.MU2NET_POOLS = temporaryFolder();
      const listen = 'tcp://127.0.0.1:0';
      const onWorker = (news: WorkerNews) => events.push(news);
      served = await servePool({ folder, listen, listenControllers: listen, onWorker });
      input = await setUp();
      config = configOf(input);
      const place = {
        pool: 'trial',
        group: 'some',
        broker: plannedAddress(config.broker),
        secretKey: noKey,
      };
      launcher = createLauncher(group.parse(input), place);
    });
    afterAll(async () => {
      await takeDown('trial');
      await pool?.close();
      await served?.stop();
      delete process.env.MU2NET_POOLS;
    });

    test('says what it would do, without doing it', async () => {
      expect(launcher.wanted).toEqual(WORKERS);
      expect(launcher.plan().join('\n')).toContain(FIRST);
      expect(await launcher.list()).toEqual([]);
    });

    test('starts workers that join the broker and answer', async () => {
      expect((await up())?.started).toEqual(WORKERS);
      await until(() => WORKERS.every((worker) => joined(worker) > 0));
      pool = await openPool(folder);
      const answers = await Promise.all(
        WORKERS.map(() => pool.execute({ kind: 'inspect', task: DIGITS })),
      );
      for (const answer of answers) expect(answer).toMatchObject(DIGITS_FACTS);
      await until(async () => isDeepStrictEqual(await states(), running));
    });

    test('starts nothing twice', async () => {
      expect(await up()).toMatchObject({ started: [], stopped: [] });
      expect(WORKERS.map((worker) => processesOf(worker).length)).toEqual([1, 1]);
    });

    test('reads the logs', async () => {
      const lines: Record<string, string[]> = {};
      await readLogs('trial', {
        follow: false,
        onLine: (worker, line) => {
          lines[worker] = [...(lines[worker] ?? []), line];
        },
      });
      for (const worker of WORKERS) expect(lines[worker]?.join('\n')).toContain('computes with');
    });

    test('follows the logs until it is told to stop', async () => {
      const stop = new AbortController();
      const seen = new Set<string>();
      await readLogs('trial', {
        follow: true,
        signal: stop.signal,
        onLine: (worker) => {
          if (seen.add(worker).size === WORKERS.length) stop.abort();
        },
      });
      expect([...seen].sort()).toEqual(WORKERS);
    });

    test('brings a killed worker back', async () => {
      const [pid] = processesOf(FIRST);
      // Process 0 would be every process of the test itself.
      if (pid === undefined) throw new Error(`no process is the worker ${FIRST}`);
      const other = processesOf(WORKERS[1] ?? '');
      const before = joined(FIRST);
      process.kill(pid, 'SIGKILL');
      await until(() => !processesOf(FIRST).includes(pid));
      await until(async () => {
        await up();
        return joined(FIRST) > before && !processesOf(FIRST).includes(pid);
      });
      expect(processesOf(WORKERS[1] ?? '')).toEqual(other);
      await until(async () => Object.values(await states()).every((state) => state === 'running'));
      expect(await pool.execute({ kind: 'inspect', task: DIGITS })).toMatchObject(DIGITS_FACTS);
    });

    more?.({
      ...{ workers: WORKERS, joined },
      poolOf: (pool, change) => configOf({ ...input, ...change } as GroupInput, pool),
    });

    test.each(refusals)('says in one line: $what', async (refusal) => {
      const { change, environment = {}, code, message } = refusal;
      const before = { ...process.env };
      Object.assign(process.env, environment);
      try {
        const { groups } = await bringUp(
          configOf({ ...input, ...change } as GroupInput, 'refused'),
        );
        const problem = groups[0]?.problem;
        expect(problem?.message).toMatch(message);
        expect(problem?.message).not.toContain('\n');
        expect(problem).toMatchObject({ code, subject: { group: 'some' } });
      } finally {
        process.env = before;
        await takeDown('refused').catch(() => null);
      }
    });

    test('leaves nothing when it is stopped, by what the state file says', async () => {
      const { groups } = await takeDown('trial');
      expect(groups).toMatchObject([{ stopped: WORKERS, problem: null }]);
      await until(() => WORKERS.every((worker) => processesOf(worker).length === 0));
      expect(await launcher.list()).toEqual([]);
      expect(await takeDown('trial')).toEqual({ pool: 'trial', groups: [] });
    });
  });
}
