// @ts-check
/**
 * Compares evolution with fine-tuning on the benchmark of scripts, from the root that comes with
 * mu2net and with the same number of training steps:
 *
 *     node examples/scripts-benchmark/compare.js [--runs <folder>] [--seeds 5] [--budget 1]
 *         [--tasks script/greek,…] [--arms mu2net,finetune-once,…] [--json]
 *
 * The arms are the configurations of configs/scripts. --budget multiplies the steps of every child.
 * Each arm, seed and budget is a run of its own in the folder; the same command goes on where it was
 * interrupted, and takes finished runs as they are.
 */
import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { grow, loadExperiment, Mu2NetError, openLocalPool, openRun } from 'mu2net';

/** @import { Experiment, Pool, Run } from 'mu2net' */
/** @typedef {{ readonly arm: string, readonly seed: number, readonly run: Run }} Result */

const { values: options } = parseArgs({
  options: {
    runs: { type: 'string', default: 'runs/scripts-benchmark' },
    seeds: { type: 'string', default: '5' },
    budget: { type: 'string', default: '1' },
    tasks: { type: 'string' },
    arms: { type: 'string', default: 'mu2net,mu2net-plus,finetune-tuned,finetune-once,head' },
    json: { type: 'boolean', default: false },
  },
});
const CONFIGS = fileURLToPath(new URL('../../configs/scripts/', import.meta.url));
const arms = options.arms.split(',');
const budget = Number(options.budget);
const seeds = Array.from({ length: Number(options.seeds) }, (_, nth) => nth + 1);
const chosen = options.tasks?.split(',');

/**
 * @param {string} arm
 * @param {number} seed
 * @returns {Experiment}
 */
function experimentOf(arm, seed) {
  const file = join(CONFIGS, `${arm}.yaml`);
  const { training } = loadExperiment(file);
  const experiment = loadExperiment(file, {
    set: { seed, 'training.validationsPerChild': training.validationsPerChild * budget },
  });
  if (!chosen) return experiment;
  return { ...experiment, tasks: experiment.tasks.filter(({ name }) => chosen.includes(name)) };
}

/**
 * Grows the run of an arm, goes on with it, or takes it as it is.
 * @param {string} arm
 * @param {number} seed
 * @param {Pool} pool
 * @returns {Promise<Result>}
 */
async function measure(arm, seed, pool) {
  const folder = options.runs;
  const name = `${arm}-x${budget}-seed${seed}`;
  console.error(name);
  if (!existsSync(join(folder, name))) {
    return { arm, seed, run: await grow(experimentOf(arm, seed), { folder, name, pool }) };
  }
  const run = openRun(name, { folder });
  if (!run.status().finished) await run.resume({ pool });
  return { arm, seed, run };
}

/** @param {readonly number[]} values */
function spread(values) {
  const mean = values.reduce((a, b) => a + b, 0) / values.length;
  const square = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return { mean, deviation: Math.sqrt(square / Math.max(1, values.length - 1)) };
}

/**
 * The rows of the table: accuracy over tasks and seeds, and accuracy minus that of the first arm,
 * seed by seed.
 * @param {readonly Result[]} results
 */
function rowsOf(results) {
  const accuracyOf = (/** @type {string} */ arm, /** @type {number} */ seed) => {
    const found = results.find((each) => each.arm === arm && each.seed === seed);
    return 100 * (found?.run.leaderboard().meanTestAccuracy ?? Number.NaN);
  };
  return arms.map((arm) => {
    const own = results.filter((each) => each.arm === arm);
    const { mean, deviation } = spread(own.map(({ seed }) => accuracyOf(arm, seed)));
    const differences = own.map(
      ({ seed }) => accuracyOf(arm, seed) - accuracyOf(arms[0] ?? '', seed),
    );
    const boards = own.map(({ run }) => run.leaderboard());
    return {
      arm,
      seeds: own.length,
      tasks: boards[0]?.rows.length,
      'mean accuracy': Number(mean.toFixed(2)),
      'standard deviation': Number(deviation.toFixed(2)),
      [`minus ${arms[0]}`]: Number(spread(differences).mean.toFixed(2)),
      parameters: Math.round(spread(boards.map((each) => each.systemParameterCount)).mean),
    };
  });
}

/** @type {Result[]} */
const results = [];
try {
  mkdirSync(options.runs, { recursive: true });
  const pool = await openLocalPool({ logDirectory: options.runs });
  try {
    for (const seed of seeds) {
      for (const arm of arms) results.push(await measure(arm, seed, pool));
    }
  } finally {
    await pool.close();
  }
  if (options.json) console.log(JSON.stringify(rowsOf(results)));
  else console.table(rowsOf(results));
} catch (error) {
  if (!(error instanceof Mu2NetError)) throw error;
  console.error(`${error.code}: ${error.message}`);
  process.exitCode = 1;
}
