import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { beforeAll, describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { SMALL, writeStripes } from '../e2e/support.js';
import { temporaryFolder } from '../support/runs.js';
import { MAIN, mu2net, reported } from './cli.js';
import { leaderboardShape, statusShape } from './shapes.js';

const EXAMPLE = join(import.meta.dirname, '../../examples/own-images.js');

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
    const { status, stdout, stderr } = spawnSync(process.execPath, [EXAMPLE, 'stripes'], {
      cwd: folder,
      encoding: 'utf8',
    });
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(stdout).toMatch(/^stripes: \d+ of \d+ test images right$/m);
    const { rows } = leaderboardShape.parse(
      JSON.parse((await mu2net(folder, ['leaderboard', '--json'])).stdout),
    );
    expect(rows.map(({ task }) => task)).toEqual(['digits', 'stripes']);
  });
});
