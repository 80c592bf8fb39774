import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import { NullPool } from '../../ts/src/pool/null.js';
import { openPool } from '../../ts/src/standing/open-pool.js';
import { servePool } from '../../ts/src/standing/serve.js';
import { NullWorker } from '../support/null-worker.js';
import { DIGITS, DIGITS_FACTS, trainRequest } from '../support/requests.js';
import { temporaryFolder } from '../support/runs.js';
import { mu2net } from './cli.js';
import {
  managedShape,
  poolLogShape,
  poolPlanShape,
  poolReportShape,
  surveyShape,
} from './shapes/pool.js';

test('the JSON of a pool has the shapes that programs rely on', async () => {
  const folder = temporaryFolder();
  const pool = join(folder, 'pool');
  const serving = await servePool({ listen: 'tcp://127.0.0.1:0', folder: pool });
  onTestFinished(() => serving.stop(0));
  const facts = new Map([[DIGITS.name, DIGITS_FACTS]]);
  const worker = new NullWorker(pool, 'a', new NullPool({ facts }));
  onTestFinished(() => worker.kill());
  const controller = await openPool(pool, { controller: 'ada', checksObjects: false });
  onTestFinished(() => controller.close());
  await controller.execute(trainRequest('/store', [1]));

  const json = async (...words: readonly string[]) => {
    const { status, stdout, stderr } = await mu2net(folder, ['pool', ...words, '--json']);
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    return JSON.parse(stdout);
  };
  const survey = surveyShape.parse(await json('status'));
  expect(survey).toMatchObject({
    workers: [{ name: 'a', busy: false, state: 'ready' }],
    controllers: [{ name: 'ada', queued: 0, running: 0 }],
    usage: [{ name: 'ada', requests: 1 }],
  });
  expect(managedShape.parse(await json('drain', 'a'))).toEqual({ worker: 'a', action: 'drain' });
  expect(managedShape.parse(await json('admit', 'a'))).toEqual({ worker: 'a', action: 'admit' });
});

test('the JSON of up, logs and down has shapes, too', async () => {
  const folder = temporaryFolder();
  vi.stubEnv('MU2NET_POOLS', join(folder, 'pools'));
  onTestFinished(() => void vi.unstubAllEnvs());
  const serving = await servePool({ listen: 'tcp://127.0.0.1:0', folder: join(folder, 'pool') });
  onTestFinished(() => serving.stop(0));
  // A Slurm without a controller, or none at all, refuses in one line.
  const batch = 'batch: { launcher: slurm, python: /bin/false }';
  writeFileSync(
    join(folder, 'pool.yaml'),
    `name: shapes\ngroups: { here: { launcher: local }, ${batch} }\n`,
  );
  const json = async (...words: readonly string[]) => {
    const { status, stdout } = await mu2net(folder, ['pool', ...words, '--json']);
    return {
      status,
      lines: stdout
        .trim()
        .split('\n')
        .filter(Boolean)
        .map((line) => JSON.parse(line)),
    };
  };
  const plan = await json('up', '--dry-run');
  expect(poolPlanShape.parse(plan.lines[0])).toMatchObject({ pool: 'shapes' });
  const up = await json('up');
  expect(up.status).toBe(1);
  expect(poolReportShape.parse(up.lines[0]).groups).toMatchObject([
    { group: 'here', started: ['shapes-here-0'], workers: [{ state: 'running' }], problem: null },
    { group: 'batch', started: [], problem: { code: expect.stringMatching(/^LAUNCH/) } },
  ]);
  await vi.waitFor(
    async () => {
      const [line] = (await json('logs', 'here')).lines;
      expect(poolLogShape.parse(line).worker).toBe('shapes-here-0');
    },
    { timeout: 240_000 },
  );
  const down = await json('down');
  expect(poolReportShape.parse(down.lines[0]).groups).toMatchObject([
    { stopped: ['shapes-here-0'] },
  ]);
});
