// @ts-check
/**
 * Grows two systems at the same time on one standing pool:
 *
 *     npx mu2net pool serve                  # in a terminal of its own
 *     npx mu2net sidecar --connect pool      # in others, on as many machines as you have
 *     node examples/pool.js [pool]
 *
 * Each system has a controller of its own. The first has twice the share of the second, so while both
 * have work, workers spend two thirds of their time on it. The argument is the folder of the pool, or
 * its address for controllers, with MU2NET_POOL_KEY and MU2NET_CONTROLLER_KEY in the environment.
 */
import { defineExperiment, grow, Mu2NetError, openPool } from 'mu2net';

const address = process.argv[2] ?? 'pool';

/**
 * @param {string} controller
 * @param {number} share
 * @param {number} seed
 */
async function growWith(controller, share, seed) {
  const experiment = defineExperiment({
    name: `pool-${controller}`,
    seed,
    method: { samplesPerTask: 4, width: 2 },
    training: {
      batchSize: 64,
      maxTrainExamplesBetweenValidations: 640,
      validationsPerChild: 3,
      maxValidationExamples: 128,
    },
    hyperparameters: {
      opt_lr: 0.05,
      num_layers: 1,
      ds_image_size: 16,
      ds_crop: false,
      ds_flip_left_right: false,
    },
    autoTune: null,
    ranges: { opt_lr: [0.02, 0.05, 0.1] },
    tasks: ['digits'],
  });
  const onWorker = (/** @type {import('mu2net').WorkerNews} */ { message }) =>
    console.error(`${controller}: ${message}`);
  const pool = await openPool(address, { controller, share, onWorker });
  try {
    return await grow(experiment, { pool });
  } finally {
    await pool.close();
  }
}

try {
  const runs = await Promise.all([growWith('ada', 2, 7), growWith('bob', 1, 8)]);
  for (const run of runs) {
    const [digits] = run.leaderboard().rows;
    console.log(`${run.name}: test accuracy ${((digits?.testAccuracy ?? 0) * 100).toFixed(2)} %`);
  }
} catch (error) {
  if (!(error instanceof Mu2NetError)) throw error;
  console.error(`pool.js: ${error.message}`);
  process.exitCode = 1;
}
