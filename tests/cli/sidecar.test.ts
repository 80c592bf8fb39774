import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { stringify } from 'yaml';
import { predictAnswer } from '../../ts/src/serving/documents.js';
import { SMALL, writeStripes } from '../e2e/support.js';
import { parsePids } from '../support/pids.js';
import { temporaryFolder } from '../support/runs.js';
import { MAIN, mu2net, reported } from './cli.js';
import { leaderboardShape, statusShape } from './shapes/run.js';

const EXAMPLES = join(import.meta.dirname, '../../examples');

const folder = temporaryFolder();

beforeAll(() => writeFileSync(join(folder, 'small.yaml'), stringify(SMALL)));

describe('run on a real sidecar', () => {
  it('stops at SIGINT with status 130, and resume finishes it', async () => {
    const child = spawn(process.execPath, [MAIN, 'run', 'small.yaml', '--json'], { cwd: folder });
    const stderr: Buffer[] = [];
    child.stderr.on('data', (chunk) => stderr.push(chunk));
    createInterface(child.stdout).on('line', (line) => {
      if (JSON.parse(line).type === 'generation') child.kill('SIGINT');
    });
    const [status] = await once(child, 'close');
    expect(status).toBe(130);
    const failure = reported({ status, stdout: '', stderr: Buffer.concat(stderr).toString() });
    expect(failure).toMatchObject({ code: 'CANCELLED' });
    expect(failure.message).toContain(`resume ${SMALL.name}`);

    const resumed = await mu2net(folder, ['resume', '--json']);
    expect(resumed).toMatchObject({ status: 0, stderr: '' });
    const last = JSON.parse(resumed.stdout.trimEnd().split('\n').at(-1) ?? '');
    const { type, ...board } = last;
    expect(type).toBe('leaderboard');
    expect(leaderboardShape.parse(board).rows).toHaveLength(1);
    const { stdout } = await mu2net(folder, ['status', '--json']);
    expect(statusShape.parse(JSON.parse(stdout))).toMatchObject({ finished: true });
  });

  it('shares batches among devices on request', async () => {
    const flags = ['--name', 'shared', '--devices', '2', '--remat', 'full', '--json'];
    const brief = ['--set', 'method.samplesPerTask=1', '--set', 'method.width=1'];
    const { status, stderr } = await mu2net(folder, ['run', 'small.yaml', ...flags, ...brief], {
      // Devices share a pool of threads: one that waits for the others must leave some to them.
      PJRT_NPROC: '16',
      // XLA aborts when a device comes late to the others, as it may on a busy machine.
      XLA_FLAGS: [
        '--xla_force_host_platform_device_count=2',
        '--xla_cpu_collective_call_terminate_timeout_seconds=3600',
      ].join(' '),
    });
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    const { stdout } = await mu2net(folder, ['status', 'shared', '--json']);
    expect(statusShape.parse(JSON.parse(stdout))).toMatchObject({
      finished: true,
      workers: [{ engine: { remat: 'full', devices: 2 } }],
    });
    rmSync(join(folder, 'runs', 'shared'), { recursive: true });
  });

  it("is continued by the example with a user's own images", async () => {
    writeStripes(join(folder, 'stripes'));
    const { status, stdout, stderr } = spawnSync(
      process.execPath,
      [join(EXAMPLES, 'own-images.js'), 'stripes'],
      {
        cwd: folder,
        encoding: 'utf8',
      },
    );
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(stdout).toMatch(/^stripes: \d+ of \d+ test images right$/m);
    const { rows } = leaderboardShape.parse(
      JSON.parse((await mu2net(folder, ['leaderboard', '--json'])).stdout),
    );
    expect(rows.map(({ task }) => task)).toEqual(['digits', 'stripes']);
  });

  it('is served by a process that survives the loss of its sidecar and ends well', async () => {
    const words = ['serve', '--run', 'stripes', '--port', '0', '--json'];
    const child = spawn(process.execPath, [MAIN, ...words], {
      cwd: folder,
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    onTestFinished(() => void child.kill('SIGKILL'));
    const messages: string[] = [];
    const url = await servingAt(child, messages);
    const curl = spawnSync(
      'curl',
      ['-sS', '-F', 'image=@stripes/rows/0.pgm', '-F', 'task=stripes', `${url}/v1/predict`],
      { cwd: folder, encoding: 'utf8' },
    );
    const { predictions } = predictAnswer.parse(JSON.parse(curl.stdout));
    expect(predictions.map(({ task, classes }) => [task, classes.length])).toEqual([
      ['stripes', 2],
    ]);

    const ask = () => {
      const images = [readFileSync(join(folder, 'stripes/rows/0.pgm')).toString('base64')];
      const headers = { 'content-type': 'application/json' };
      const body = JSON.stringify({ images, tasks: ['stripes'] });
      return fetch(`${url}/v1/predict`, { method: 'POST', headers, body });
    };
    const [pid = 0] = parsePids(messages);
    expect(pid).toBeGreaterThan(0);
    process.kill(pid, 'SIGKILL');
    const during = await Promise.all(Array.from({ length: 4 }, ask));
    for (const { status } of during) expect([200, 503]).toContain(status);
    await expect
      .poll(async () => (await fetch(`${url}/readyz`)).status, { timeout: 120_000, interval: 200 })
      .toBe(200);
    expect(predictAnswer.parse(await (await ask()).json()).predictions).toEqual(predictions);
    expect(parsePids(messages)).toHaveLength(2);

    const last = ask();
    child.kill('SIGTERM');
    const [[status]] = await Promise.all([once(child, 'close'), last.catch(() => {})]);
    expect(status).toBe(0);
  });

  it('is served by the example', () => {
    const { status, stdout, stderr } = spawnSync(
      process.execPath,
      [join(EXAMPLES, 'serve.js'), 'stripes/columns/1.pgm', 'stripes'],
      { cwd: folder, encoding: 'utf8' },
    );
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    const { predictions } = predictAnswer.parse(JSON.parse(stdout));
    expect(predictions.map(({ task }) => task)).toEqual(['digits', 'stripes']);
  });
});

/** Waits until a server listens, and returns where; collects what it tells of its workers. */
async function servingAt(child: ChildProcess, messages: string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    if (child.stdout === null) throw new Error('the output of the server is not read');
    createInterface(child.stdout).on('line', (line) => {
      const { type, url, message } = JSON.parse(line);
      if (type === 'serving') resolve(url);
      if (type === 'worker') messages.push(message);
    });
    child.on('close', (status) => reject(new Error(`the server ended with status ${status}`)));
  });
}
