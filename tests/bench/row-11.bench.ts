// Row 11 of the table of goals: the share of the controller and the bridge in a child's wall time.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { defineExperiment } from '../../ts/src/config/index.js';
import { openLocalPool } from '../../ts/src/sidecar/local.js';
import { growDirectory, temporaryFolder } from '../support/runs.js';
import { quantile, report } from './record.js';

const QUICK = process.env.MU2NET_BENCH_QUICK === '1';
/** Number of first children; they compile and are not counted. */
const COMPILING = QUICK ? 1 : 4;
const CHILDREN = COMPILING + (QUICK ? 2 : 12);
const SIZE = QUICK ? 16 : 32;
const LAYERS = QUICK ? 1 : 12;
const GOAL = 0.005;

/** A run with one child per generation, of the size of VTAB-1k: 52 steps and 4 validations. */
const { experiment } = defineExperiment(
  {
    name: 'row-11',
    seed: 0,
    root: { architecture: 'Ti/16' },
    method: { samplesPerTask: CHILDREN, width: 1 },
    training: {
      batchSize: 64,
      maxTrainExamplesBetweenValidations: QUICK ? 64 : 13 * 64,
      validationsPerChild: QUICK ? 1 : 4,
      maxValidationExamples: 128,
    },
    hyperparameters: { _mu_: 0.2, num_layers: LAYERS, ds_image_size: SIZE },
    autoTune: null,
    ranges: { opt_lr: [0.005, 0.01, 0.02] },
    tasks: ['digits'],
    taskIterations: 1,
  },
  { baseDirectory: '.' },
);

test('from sampling a child to its durable record', async () => {
  const folder = temporaryFolder();
  const pool = await openLocalPool({ workers: 1, logDirectory: folder });
  const recorded: number[] = [];
  try {
    await growDirectory(experiment, {
      folder,
      pool,
      onEvent: ({ type }) => {
        if (type === 'child') recorded.push(performance.now() / 1000);
      },
    });
  } finally {
    await pool.close();
  }
  // The worker logs the time from receiving a request to passing the answer to the link.
  const log = readFileSync(join(folder, 'local-0.log'), 'utf8');
  const worked = [...log.matchAll(/TrainRequest: done in ([\d.]+) s/g)].map(([, s]) => Number(s));
  expect(recorded).toHaveLength(CHILDREN);
  expect(worked).toHaveLength(CHILDREN);

  // A child is recorded before the next one is sampled, so the times of children do not overlap.
  const walls: number[] = [];
  const shares: number[] = [];
  for (let nth = COMPILING; nth < CHILDREN; nth++) {
    const wall = (recorded[nth] ?? 0) - (recorded[nth - 1] ?? 0);
    walls.push(wall);
    shares.push(1 - (worked[nth] ?? 0) / wall);
  }
  const ours = quantile(shares, 0.5);
  const overheads = shares.map((share, nth) => 1000 * share * (walls[nth] ?? 0));
  report({
    row: 11,
    metric: "share of the controller and the bridge in a child's wall time",
    ours,
    baseline: null,
    ratio: null,
    spread: [Math.min(...shares), Math.max(...shares)],
    goal: `≤ ${GOAL}`,
    pass: ours <= GOAL,
    unit: 'fraction',
    detail: `Ti/16×${LAYERS}, ${SIZE} px, batch 64, scikit-learn's digits, one worker; from the record of one child to that of the next, less the worker's time from the request to the answer, stores and data included; median ${overheads.length} children: ${quantile(overheads, 0.5).toFixed(1)} ms of ${quantile(walls, 0.5).toFixed(2)} s`,
  });
});
