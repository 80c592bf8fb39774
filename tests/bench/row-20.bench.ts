// Rows 20 and 21 of the table of goals: how long the command line takes to predict, and a run to its
// first step, when the shapes are known from before.
import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { grow } from '../../ts/src/api/grow.js';
import type { ConfigInput } from '../../ts/src/config/index.js';
import { defineExperiment } from '../../ts/src/config/index.js';
import { temporaryFolder } from '../support/runs.js';
import { quantile, report } from './record.js';

const QUICK = process.env.MU2NET_BENCH_QUICK === '1';
const MAIN = join(import.meta.dirname, '../../dist/bundle/main.js');
const REPEATS = QUICK ? 1 : 5;
const LAYERS = QUICK ? 1 : 12;
const GOALS = { predict: 1.5, firstStep: 5 };

const CONFIG: ConfigInput = {
  name: 'row-20',
  seed: 0,
  root: { architecture: 'Ti/16' },
  method: { samplesPerTask: 1, width: 1 },
  training: {
    batchSize: 64,
    maxTrainExamplesBetweenValidations: 64,
    validationsPerChild: 1,
    maxValidationExamples: 64,
  },
  hyperparameters: { _mu_: 0.2, num_layers: LAYERS, ds_image_size: 32 },
  autoTune: null,
  ranges: { opt_lr: [0.005, 0.01, 0.02] },
  tasks: ['digits'],
  taskIterations: 1,
};

/** Grows a run with a sidecar of its own; returns the seconds to the report of its first step. */
async function firstStep(folder: string, name: string): Promise<number> {
  const { experiment } = defineExperiment(CONFIG, { baseDirectory: '.' });
  const begun = performance.now();
  let seconds: number | undefined;
  await grow(experiment, {
    folder: join(folder, 'runs'),
    name,
    onEvent: ({ type }) => {
      if (type === 'progress') seconds ??= (performance.now() - begun) / 1000;
    },
  });
  if (seconds === undefined) throw new Error('the run has reported no step');
  return seconds;
}

test('from nothing to the first step, and to a prediction', async () => {
  const folder = temporaryFolder();
  vi.stubEnv('MU2NET_CACHE', join(folder, 'cache'));
  const cold = await firstStep(folder, 'cold');
  const warm: number[] = [];
  for (let nth = 0; nth < REPEATS; nth++) warm.push(await firstStep(folder, `warm-${nth}`));
  const step = quantile(warm, 0.5);
  const what = `Ti/16×${LAYERS}, 32 px, b64`;
  report({
    row: 21,
    metric: 'start of a known shape to the report of its first step',
    ours: step,
    baseline: cold,
    ratio: cold / step,
    spread: [Math.min(...warm), Math.max(...warm)],
    goal: `≤ ${GOALS.firstStep} s`,
    pass: step <= GOALS.firstStep,
    unit: 's',
    detail: `${what}; baseline: an empty cache; the spread is of seconds`,
  });

  mkdirSync(join(folder, 'images'));
  const image = join(folder, 'images', 'a.pgm');
  writeFileSync(image, Buffer.concat([Buffer.from('P5 32 32 255\n'), Buffer.alloc(1024, 90)]));
  const seconds = Array.from({ length: REPEATS + 1 }, () => {
    const begun = performance.now();
    const { status } = spawnSync(process.execPath, [MAIN, 'predict', image, '--run', 'cold'], {
      cwd: folder,
    });
    expect(status).toBe(0);
    return (performance.now() - begun) / 1000;
  });
  vi.unstubAllEnvs();
  const [first = 0, ...later] = seconds;
  const predict = quantile(later, 0.5);
  report({
    row: 20,
    metric: 'mu2net predict of one image, from its start to its end, programs in the cache',
    ours: predict,
    baseline: first,
    ratio: first / predict,
    spread: [Math.min(...later), Math.max(...later)],
    goal: `≤ ${GOALS.predict} s`,
    pass: predict <= GOALS.predict,
    unit: 's',
    detail: `${what}; baseline: the first time; a sidecar of its own each time; the spread is of seconds`,
  });
});
