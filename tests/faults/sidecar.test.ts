import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';
import { build } from 'vite';
import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest';
import { Router } from 'zeromq';
import { PROTOCOL_TAG, PROTOCOL_VERSION } from '../../protocol/index.js';
import { BrokerPool } from '../../ts/src/pool/broker-pool.js';
import type { Pool } from '../../ts/src/pool/pool.js';
import { openLocalPool } from '../../ts/src/sidecar/local.js';
import { isRunning, waitUntilGone } from '../../ts/src/sidecar/process.js';
import { findPython } from '../../ts/src/sidecar/python.js';
import { initialiseRequest, trainRequest } from '../support/requests.js';
import { temporaryFolder } from '../support/runs.js';
import { Events } from './peers.js';

/** Returns the process ids in the log of a local pool, in the order of starts. */
function parsePids(lines: readonly string[]): readonly number[] {
  return lines.flatMap((line) => {
    const match = /starts as process (\d+)/.exec(line);
    return match ? [Number(match[1])] : [];
  });
}

/** Starts a worker by hand, without a launcher. */
function startWorker(endpoint: string) {
  const { executable, pythonPath } = findPython();
  const args = ['-m', 'mu2net_sidecar', '--connect', endpoint, '--name', 'by-hand'];
  const worker = spawn(executable, args, {
    stdio: ['ignore', 'ignore', 'pipe'],
    env: { ...process.env, PYTHONPATH: pythonPath },
  });
  onTestFinished(() => void worker.kill('SIGKILL'));
  return worker;
}

describe('a sidecar that trains', () => {
  const folder = temporaryFolder();
  const log: string[] = [];
  let pool: Pool;
  beforeAll(async () => {
    pool = await openLocalPool({
      logDirectory: folder,
      onWorker: ({ message }) => log.push(message),
    });
  }, 120_000);
  afterAll(() => pool?.close());

  test.each([
    // The socket and the process both report an end, in any order.
    ['killed', 'SIGKILL', /its connection was lost|its process ended/],
    ['frozen', 'SIGSTOP', /it was silent/],
    ['terminated', 'SIGTERM', /it left|its process ended/],
  ] as const)(
    '%s is noticed and started again, and its children are trained',
    async (_how, signal, reason) => {
      const undisturbed = await pool.execute(trainRequest(folder, [1, 2, 3]));
      const [pid = 0] = parsePids(log).slice(-1);
      const measured: number[] = [];
      let signalled = false;
      const disturbed = await pool.execute(trainRequest(folder, [1, 2, 3]), {
        onMeasured: ({ pathId }) => measured.push(pathId),
        onProgress: () => {
          if (!signalled) process.kill(pid, signal);
          signalled = true;
        },
      });
      expect(log.filter((line) => line.includes('started again')).at(-1)).toMatch(reason);
      expect(parsePids(log).at(-1)).not.toBe(pid);
      expect(isRunning(pid)).toBe(false);
      expect(measured).toEqual([1, 2, 3]);
      const timeless = ({ measurements }: typeof disturbed) =>
        measurements.map((each) => ({ ...each, trainSeconds: 0, compilations: 0 }));
      expect(timeless(disturbed)).toEqual(timeless(undisturbed));
    },
    120_000,
  );

  test('ends when the pool is closed', async () => {
    const [pid = 0] = parsePids(log).slice(-1);
    await pool.close();
    expect(isRunning(pid)).toBe(false);
  });
});

describe('a controller that trains', () => {
  // The holder is built here, because Node 20 does not run TypeScript and packages resolve from
  // here.
  const built = join(import.meta.dirname, `../../node_modules/.cache/mu2net-holder-${process.pid}`);
  beforeAll(async () => {
    const ssr = join(import.meta.dirname, 'holder.ts');
    await build({ configFile: false, logLevel: 'error', build: { ssr, outDir: built } });
    return () => rm(built, { recursive: true });
  });

  test.each(['killed', 'exits'])('and is or does "%s" leaves no sidecar', async (how) => {
    const args = [join(built, 'holder.js'), temporaryFolder(), how];
    const holder = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
    const said: string[] = [];
    for await (const line of createInterface(holder.stdout)) {
      said.push(line);
      if (line === 'training' && how === 'killed') holder.kill('SIGKILL');
    }
    const [pid = 0] = parsePids(said);
    expect(said).toContain('training');
    expect(await waitUntilGone(pid, 20_000)).toBe(true);
  });
});

describe('a worker started by hand', () => {
  test('refuses to leave this machine', async () => {
    const worker = startWorker('tcp://192.168.1.7:5555');
    const said = await text(worker.stderr);
    expect(worker.exitCode ?? (await new Promise((done) => worker.once('close', done)))).toBe(2);
    expect(said).toContain('tcp://192.168.1.7:5555 is not on this machine');
  });

  test.each([
    [PROTOCOL_VERSION.major - 1, 'upgrade the controller'],
    [PROTOCOL_VERSION.major + 1, 'upgrade the sidecar'],
  ])(
    'leaves a controller with protocol %i, and the message says what to do',
    async (major, advice) => {
      const controller = new Router({ linger: 0 });
      await controller.bind('tcp://127.0.0.1:0');
      const worker = startWorker(controller.lastEndpoint ?? '');
      const said = text(worker.stderr);
      const [identity = ''] = await controller.receive();
      await controller.send([identity, `mu2net/${major}`, 'whatever']);
      expect(await said).toContain(advice);
      controller.close();
    },
  );

  test('ignores invalid messages, and waits for a controller that returns', async () => {
    const controller = new Router({ linger: 0, receiveTimeout: 30_000 });
    // Below the ports that systems give out, so that nobody else gets it between the two controllers.
    const endpoint = `tcp://127.0.0.1:${20_000 + (process.pid % 10_000)}`;
    await controller.bind(endpoint);
    const worker = startWorker(endpoint);
    const [identity = ''] = await controller.receive();
    for (const frames of [
      ['x'],
      [PROTOCOL_TAG],
      [PROTOCOL_TAG, ''],
      [PROTOCOL_TAG, '\xc1'],
      ['', '', ''],
    ]) {
      await controller.send([identity, ...frames]);
    }
    await controller.unbind(endpoint);
    controller.close();
    const events = new Events();
    // ZeroMQ frees an address a little after it was closed.
    const pool = await vi.waitFor(() => BrokerPool.open({ endpoint, onEvent: events.listen }), {
      timeout: 20_000,
    });
    expect(await events.first('joined')).toMatchObject({ worker: 'by-hand' });
    const folder = temporaryFolder();
    const { components } = await pool.execute(initialiseRequest(folder));
    expect(components).toHaveLength(6);
    await pool.close();
    expect(worker.exitCode ?? (await new Promise((done) => worker.once('close', done)))).toBe(0);
  });
});

test('a sidecar that does not start says why', async () => {
  const logDirectory = temporaryFolder();
  const before = process.env.JAX_PLATFORMS;
  process.env.JAX_PLATFORMS = 'abacus';
  try {
    const failure = await openLocalPool({ logDirectory }).catch((error: unknown) => error);
    expect(failure).toMatchObject({ code: 'SIDECAR_LOST' });
    expect(String(failure)).toContain('abacus');
    expect(readFileSync(join(logDirectory, 'local-0.log'), 'utf8')).toContain('abacus');
  } finally {
    if (before === undefined) delete process.env.JAX_PLATFORMS;
    else process.env.JAX_PLATFORMS = before;
  }
}, 120_000);

test('the error names an interpreter that does not run', async () => {
  const before = process.env.MU2NET_PYTHON;
  process.env.MU2NET_PYTHON = '/no/such/python';
  try {
    const opening = openLocalPool({ logDirectory: temporaryFolder() });
    await expect(opening).rejects.toMatchObject({
      code: 'PYTHON_MISSING',
      message: expect.stringContaining('/no/such/python'),
    });
  } finally {
    if (before === undefined) delete process.env.MU2NET_PYTHON;
    else process.env.MU2NET_PYTHON = before;
  }
});
