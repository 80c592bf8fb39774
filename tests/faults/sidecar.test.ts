import { execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';
import { pack } from 'msgpackr';
import { build } from 'vite';
import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest';
import { Router } from 'zeromq';
import {
  PROTOCOL_TAG,
  PROTOCOL_VERSION,
  type WorkerMessage,
  workerMessage,
} from '../../protocol/index.js';
import { BrokerPool } from '../../ts/src/pool/broker-pool.js';
import type { Pool } from '../../ts/src/pool/pool.js';
import { decode } from '../../ts/src/pool/wire/codec.js';
import type { WorkerNews } from '../../ts/src/pool/worker-news.js';
import { openLocalPool } from '../../ts/src/sidecar/local.js';
import { isRunning, waitUntilGone } from '../../ts/src/sidecar/process.js';
import { findPython } from '../../ts/src/sidecar/python.js';
import { MAIN } from '../cli/cli.js';
import { recordSeconds } from '../support/figures.js';
import { lastPid, parsePids } from '../support/pids.js';
import { initialiseRequest, trainRequest } from '../support/requests.js';
import { temporaryFolder } from '../support/runs.js';
import { isThorough, times } from '../support/thorough.js';
import { BROKER_KEYS, Events, SESSION, startWorker } from './peers.js';
import { Relay } from './relay.js';

/** How long processes may take on a machine that does much else, in milliseconds. */
const PATIENCE = 240_000;

/** Returns what a file holds; nothing if it is gone. */
function readFile(file: string): string {
  try {
    return readFileSync(file, 'latin1');
  } catch {
    return '';
  }
}

describe('a sidecar that trains', () => {
  const folder = temporaryFolder();
  const log: string[] = [];
  let pool: Pool;
  /** When and how the worker was disturbed. */
  let disturbedAt: number | null = null;
  let disturbance = '';
  beforeAll(async () => {
    pool = await openLocalPool({
      logDirectory: folder,
      onWorker: ({ message }) => {
        log.push(message);
        if (message.includes('started again') && disturbedAt !== null) {
          recordSeconds(`a worker is ${disturbance}`, 'noticed after', disturbedAt);
          disturbedAt = null;
        }
      },
    });
  });
  afterAll(() => pool?.close());

  const disturbances = [
    // The socket and the process both report an end, in any order.
    ['killed', 'SIGKILL', /its connection was lost|its process ended/],
    ['frozen', 'SIGSTOP', /it was silent/],
    ['terminated', 'SIGTERM', /it left|its process ended/],
  ] as const;
  test.each(disturbances.slice(0, times(3, 1)))(
    '%s is noticed and started again, and its children are trained',
    async (how, signal, reason) => {
      disturbance = how;
      const undisturbed = await pool.execute(trainRequest(folder, [1, 2, 3]));
      const pid = lastPid(log);
      const before = log.length;
      const measured: number[] = [];
      let signalledAt: number | null = null;
      const disturbed = await pool.execute(trainRequest(folder, [1, 2, 3]), {
        onMeasured: ({ pathId }) => measured.push(pathId),
        onProgress: () => {
          if (signalledAt === null) {
            process.kill(pid, signal);
            disturbedAt = signalledAt = performance.now();
          }
        },
      });
      if (signalledAt !== null) recordSeconds(`a worker is ${how}`, 'answered after', signalledAt);
      // A worker may finish its request before it ends.
      await vi.waitFor(() => expect(parsePids(log.slice(before))).toHaveLength(1), PATIENCE);
      const said = log.slice(before).filter((line) => line.includes('started again'));
      expect(said).toEqual([expect.stringMatching(reason)]);
      expect(isRunning(pid)).toBe(false);
      expect(measured).toEqual([1, 2, 3]);
      const timeless = ({ measurements }: typeof disturbed) =>
        measurements.map((each) => ({ ...each, trainSeconds: 0, compilations: 0 }));
      expect(timeless(disturbed)).toEqual(timeless(undisturbed));
    },
  );

  test('has its key in its environment, and nobody else has it anywhere', async () => {
    const pid = lastPid(log);
    const [key = ''] = /mu2net-secret-[0-9a-f]{64}/.exec(readFile(`/proc/${pid}/environ`)) ?? [];
    expect(key).not.toBe('');
    const processes = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
    const files = readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map(({ parentPath, name }) => join(parentPath, name));
    const texts = [
      ...log,
      ...processes.map((each) => readFile(`/proc/${each}/cmdline`)),
      ...processes
        .filter((each) => each !== `${pid}`)
        .map((each) => readFile(`/proc/${each}/environ`)),
      ...files.map(readFile),
    ];
    expect(files).toContain(join(folder, 'local-0.log'));
    expect(texts.filter((each) => each.includes(key))).toEqual([]);
  });

  test('ends when the pool is closed', async () => {
    const pid = lastPid(log);
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
    const pid = lastPid(said);
    expect(said).toContain('training');
    expect(await waitUntilGone(pid, PATIENCE)).toBe(true);
  });
});

describe('a worker started by hand', () => {
  test('refuses to start without a key', async () => {
    const worker = startWorker('tcp://127.0.0.1:5555', { secretKey: '' });
    const said = await text(worker.stderr);
    expect(worker.exitCode ?? (await new Promise((done) => worker.once('close', done)))).toBe(2);
    expect(said).toContain('MU2NET_WORKER_KEY is not mu2net-secret-…');
  });

  test.each([
    [PROTOCOL_VERSION.major - 1, 'upgrade the controller'],
    [PROTOCOL_VERSION.major + 1, 'upgrade the sidecar'],
  ])(
    'leaves a controller with protocol %i, and the message says what to do',
    async (major, advice) => {
      const controller = new Router({ ...BROKER_KEYS, linger: 0 });
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
    const controller = new Router({ ...BROKER_KEYS, linger: 0, receiveTimeout: 60_000 });
    await controller.bind('tcp://127.0.0.1:0');
    const relay = await Relay.open(controller.lastEndpoint ?? '');
    const worker = startWorker(relay.endpoint);
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
    controller.close();
    const events = new Events();
    const pool = await BrokerPool.open({ security: SESSION.security, onEvent: events.listen });
    relay.lead(pool.endpoint);
    expect(await events.first('joined')).toMatchObject({ worker: 'by-hand' });
    const folder = temporaryFolder();
    const { components } = await pool.execute(initialiseRequest(folder));
    expect(components).toHaveLength(6);
    await pool.close();
    expect(worker.exitCode ?? (await new Promise((done) => worker.once('close', done)))).toBe(0);
  });

  test('fails a lease that breaks the protocol, and counts the steps of one that does not', async () => {
    const controller = new Router({ ...BROKER_KEYS, linger: 0, receiveTimeout: 60_000 });
    onTestFinished(() => controller.close());
    await controller.bind('tcp://127.0.0.1:0');
    startWorker(controller.lastEndpoint ?? '');
    const [identity = Buffer.of()] = await controller.receive();
    const say = (message: object) => controller.send([identity, PROTOCOL_TAG, pack(message)]);
    const hear = async (): Promise<WorkerMessage> => {
      const [, , payload = Buffer.of()] = await controller.receive();
      return decode(workerMessage, payload);
    };
    await say({ type: 'welcome', version: PROTOCOL_VERSION, heartbeatMillis: 20 });
    await say({ type: 'lease', lease: 'a', attempt: 1, request: { kind: 'nonsense' } });
    let heard = await hear();
    while (heard.type !== 'failed') heard = await hear();
    expect(heard).toMatchObject({ lease: 'a', attempt: 1, code: 'SIDECAR_FAILED' });
    expect(heard.message).toContain('nonsense');

    const request = trainRequest(temporaryFolder(), [1], 100_000);
    await say({ type: 'lease', lease: 'b', attempt: 1, request });
    const steps = new Set<number>();
    while (steps.size < 5) {
      const message = await hear();
      if (message.type === 'working') steps.add(message.steps);
    }
    expect([...steps]).toEqual([...steps].sort((a, b) => a - b));
    await say({ type: 'cancel', lease: 'b' });
    heard = await hear();
    while (heard.type !== 'failed') heard = await hear();
    expect(heard).toMatchObject({ lease: 'b', code: 'CANCELLED' });
  });

  test('that hangs with a request is given up, though it sends heartbeats', async () => {
    const events = new Events();
    const limits = { heartbeatMillis: 100, stuckAfterMillis: 3000, maxAttempts: 1 };
    const pool = await BrokerPool.open({
      security: SESSION.security,
      ...limits,
      onEvent: events.listen,
    });
    onTestFinished(() => pool.close());
    startWorker(pool.endpoint);
    await events.first('joined');
    // Nobody ever writes into this pipe, so the worker waits for ever when it reads the object.
    const [store, from, digest] = [temporaryFolder(), temporaryFolder(), 'ab'.repeat(32)];
    mkdirSync(join(from, 'ab'));
    execFileSync('mkfifo', [join(from, 'ab', `${digest}.safetensors`)]);
    const copying = pool.execute({ kind: 'copy', store, from, digests: [digest] });
    await expect(copying).rejects.toMatchObject({
      code: 'SIDECAR_LOST',
      message: expect.stringContaining('its request made no step for 3 s'),
    });
    expect(events.all.map(({ type }) => type)).toEqual(['joined', 'slow', 'lost']);
  });
});

test('the worker of a command ends with the command, also when that is killed', async () => {
  const { brokerKey, keyPair } = SESSION.credentials;
  const words = ['--connect', 'tcp://127.0.0.1:9', '--pool-key', brokerKey];
  const command = spawn(process.execPath, [MAIN, 'sidecar', ...words, '--name', 'orphan'], {
    env: { ...process.env, MU2NET_WORKER_KEY: keyPair.secretKey, JAX_PLATFORMS: 'cpu' },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  onTestFinished(() => {
    command.kill('SIGKILL');
  });
  for await (const line of createInterface({ input: command.stderr })) {
    if (line.includes('computes with')) break;
  }
  const children = readFileSync(`/proc/${command.pid}/task/${command.pid}/children`, 'utf8');
  const worker = Number(children);
  // Process 0 would be every process of the test itself.
  expect(worker).toBeGreaterThan(0);
  command.kill('SIGKILL');
  const killedAt = performance.now();
  expect(await waitUntilGone(worker, PATIENCE)).toBe(true);
  recordSeconds('the command of a worker is killed', 'its worker ended after', killedAt);
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
});

test.runIf(isThorough)('a sidecar that freezes while it starts is replaced', async () => {
  const log: string[] = [];
  const onWorker = ({ message }: WorkerNews) => {
    log.push(message);
    const [pid, ...others] = parsePids(log);
    if (pid !== undefined && others.length === 0) process.kill(pid, 'SIGSTOP');
  };
  const pool = await openLocalPool({ logDirectory: temporaryFolder(), onWorker });
  const [frozen = 0, ...others] = parsePids(log);
  expect(others).toHaveLength(1);
  expect(isRunning(frozen)).toBe(false);
  expect(log.filter((line) => line.includes('started again'))).toEqual([
    expect.stringContaining('it was frozen for 20 s while it started'),
  ]);
  await pool.close();
});

test('the start of a sidecar can be cancelled, even of a frozen one', async () => {
  const cancelling = new AbortController();
  const pids: number[] = [];
  const onWorker = ({ message }: WorkerNews) => {
    for (const pid of parsePids([message])) {
      pids.push(pid);
      process.kill(pid, 'SIGSTOP');
      cancelling.abort();
    }
  };
  const { signal } = cancelling;
  const opening = openLocalPool({ logDirectory: temporaryFolder(), onWorker, signal });
  await expect(opening).rejects.toMatchObject({ code: 'CANCELLED' });
  expect(pids.map(isRunning)).toEqual([false]);
});

test('the start of Python can be cancelled, even if it never answers', async () => {
  const { executable } = findPython();
  const folder = temporaryFolder();
  const hanging = join(folder, 'python');
  const begun = join(folder, 'begun');
  const script = `#!/bin/sh\n[ "$1" = -c ] && exec '${executable}' "$@"\n: > '${begun}'\nexec sleep 1000\n`;
  writeFileSync(hanging, script, { mode: 0o755 });
  const before = process.env.MU2NET_PYTHON;
  process.env.MU2NET_PYTHON = hanging;
  try {
    const cancelling = new AbortController();
    const { signal } = cancelling;
    const opening = openLocalPool({ logDirectory: folder, signal });
    opening.catch(() => {});
    await vi.waitFor(() => expect(existsSync(begun)).toBe(true), PATIENCE);
    cancelling.abort();
    await expect(opening).rejects.toMatchObject({ code: 'CANCELLED' });
  } finally {
    if (before === undefined) delete process.env.MU2NET_PYTHON;
    else process.env.MU2NET_PYTHON = before;
  }
});

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
