import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { defineExperiment } from '../../ts/src/config/index.js';
import type { Pool } from '../../ts/src/pool/pool.js';
import type { RunEvent } from '../../ts/src/run/events/events.js';
import { openLocalPool } from '../../ts/src/sidecar/local.js';
import { openPool } from '../../ts/src/standing/open-pool.js';
import { MAIN } from '../cli/cli.js';
import { SMALL, timelessRecordOf } from '../e2e/support.js';
import { growDirectory, temporaryFolder } from '../support/runs.js';
import { ServeProcess } from '../support/standing.js';

const EXAMPLE = join(import.meta.dirname, '../../examples/pool.js');
const folder = temporaryFolder();
const { experiment } = defineExperiment({ ...SMALL }, { baseDirectory: folder });
const serving = new ServeProcess(join(folder, 'pool'));
const sidecars: ChildProcess[] = [];

function startSidecar(name: string): ChildProcess {
  const words = ['sidecar', '--connect', serving.folder, '--name', name];
  const child = spawn(process.execPath, [MAIN, ...words], { stdio: 'ignore' });
  sidecars.push(child);
  return child;
}

async function end(child: ChildProcess | undefined, signal: NodeJS.Signals): Promise<void> {
  if (!child || child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  child.kill(signal);
  await ended;
}

/** Kills the worker of a command, which ends then. */
async function killWorker(command: ChildProcess): Promise<void> {
  const ended = once(command, 'exit');
  const { pid } = command;
  const child = Number(readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8'));
  // Process 0 would be every process of the test itself.
  if (!(child > 0)) throw new Error(`process ${pid} has no worker`);
  process.kill(child, 'SIGKILL');
  await ended;
}

/** Opens the standing pool, and waits for this many workers. */
async function openWith(workers: number): Promise<Pool> {
  const pool = await openPool(serving.folder);
  while (pool.workers().length < workers) await new Promise((resolve) => setTimeout(resolve, 100));
  return pool;
}

/** Grows the experiment with a pool, and returns its record. */
async function recordWith(name: string, pool: Pool, onEvent: (event: RunEvent) => void = () => {}) {
  const directory = await growDirectory(experiment, { name, folder, pool, onEvent });
  await pool.close();
  return timelessRecordOf(directory);
}

let expected: Awaited<ReturnType<typeof recordWith>>;

beforeAll(async () => {
  await serving.start();
  const local = await openLocalPool({ workers: 1, logDirectory: folder });
  expected = await recordWith('local', local);
});

afterAll(async () => {
  await Promise.all(sidecars.map((child) => end(child, 'SIGTERM')));
  await serving.end('SIGTERM');
});

test('two workers, one of which is killed as the pool is, make the record of one', async () => {
  const first = startSidecar('first');
  startSidecar('second');
  const pool = await openWith(2);
  let killing: Promise<void> | undefined;
  const record = await recordWith('two', pool, ({ type }) => {
    if (type !== 'progress') return;
    killing ??= (async () => {
      await killWorker(first);
      await serving.end('SIGKILL');
      await serving.start();
    })();
  });
  await killing;
  expect(record).toEqual(expected);
});

test('four workers make the record of one', async () => {
  for (const name of ['third', 'fourth', 'fifth']) startSidecar(name);
  expect(await recordWith('four', await openWith(4))).toEqual(expected);
});

test('the example grows two systems at once', () => {
  const { status, stdout } = spawnSync(process.execPath, [EXAMPLE, serving.folder], {
    cwd: folder,
    encoding: 'utf8',
  });
  expect(status).toBe(0);
  expect(stdout).toMatch(/^pool-ada: test accuracy \d+\.\d+ %\npool-bob: test accuracy \d+/);
});
