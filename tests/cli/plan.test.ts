import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, it } from 'vitest';
import { findPython } from '../../ts/src/sidecar/python.js';
import { temporaryFolder } from '../support/runs.js';
import { mu2net, reported } from './cli.js';
import { planShape } from './shapes/experiment.js';

const folder = temporaryFolder();

beforeAll(() => {
  writeFileSync(
    join(folder, 'tiny.yaml'),
    `name: tiny
root: { architecture: Ti/16 }
tasks: [digits]
method: { samplesPerTask: 4, width: 2 }
taskIterations: 1
hyperparameters: { num_layers: 0, ds_image_size: 32 }
training: { batchSize: 16 }
`,
  );
});

it('plans for GPUs, with the compiler for CPUs in their place', { timeout: 120_000 }, async () => {
  const words = ['plan', 'tiny.yaml', '--device', 'h100', '--precision', 'float32', '--json'];
  const { status, stdout } = await mu2net(folder, words);
  expect(status).toBe(0);
  const plan = planShape.parse(JSON.parse(stdout));
  expect(plan).toMatchObject({ device: 'h100', memoryBytes: 80e9, isOwnCompiler: false });
  expect(plan.compiler).toMatch(/^XLA for CPUs/);
  const [shape] = plan.shapes;
  expect(shape).toMatchObject({ imageSize: 32, layers: 0, batchSize: 16, fits: true, cohort: 2 });
  expect(shape?.compiled.failures).toEqual([]);
  const roles = shape?.compiled.components.filter(({ kind }) => kind === 'encoder_norm');
  expect(roles?.map(({ role }) => role).sort()).toEqual(['dw', 'dx', 'dxdw', 'forward']);
  const { step, trainedBytes, frozenBytes } = shape?.compiled ?? {};
  // 4 bytes of each parameter, and 2 of its momentum.
  expect(trainedBytes).toBe(((frozenBytes ?? 0) / 4) * 6);
  expect(step?.peakBytes).toBeGreaterThan(step?.argumentBytes ?? Infinity);
  expect(shape?.stepSeconds).toBeGreaterThan(0);
  expect(shape?.experimentSeconds).toBeGreaterThan(shape?.stepSeconds ?? Infinity);
});

it.each([
  [['--device', 'tpu9'], /^'tpu9' is not a device that a plan knows; it knows v4, /],
  [['--device', 'v5e:4'], /write it like v5e:2x2$/],
  [['--device', 'h100:3'], /a training batch of 16 images does not divide by 3 chips/],
])('refuses %j', async (words, message) => {
  const answer = await mu2net(folder, ['plan', 'tiny.yaml', ...words, '--json']);
  expect(answer.status).toBe(1);
  expect(reported(answer)).toMatchObject({ code: 'CONFIG_INVALID' });
  expect(reported(answer).message).toMatch(message);
});

const hasLibtpu =
  spawnSync(findPython().executable, ['-c', 'import libtpu'], { stdio: 'ignore' }).status === 0;

it.skipIf(hasLibtpu)('says how to install the compiler of TPUs', async () => {
  const answer = await mu2net(folder, ['plan', 'tiny.yaml', '--device', 'v5e', '--json']);
  expect(answer.status).toBe(1);
  const { code, message } = reported(answer);
  expect(code).toBe('PYTHON_MISSING');
  expect(message).toContain("'npx mu2net setup --extras tpu'");
});
