// @ts-check
/**
 * Compares evolution with fine-tuning on the benchmark of scripts, from the root that comes with
 * mu2net and with the same number of training steps:
 *
 *     node examples/scripts-benchmark/compare.js [--results docs/claim/results.jsonl]
 *         [--seeds 5] [--budgets 1,2,4,8] [--tasks 10] [--arms mu2net,finetune-once,…]
 *         [--runs runs/scripts-benchmark] [--json]
 *
 * The arms are the configurations of configs/scripts. A budget multiplies the steps of every child.
 * `--tasks` takes the first tasks of the benchmark, or those that it names. Each arm, seed and budget
 * is a cell: a run of its own, whose result becomes a line of the file of results. A cell that the
 * file has is not measured again, and an interrupted run is continued, so sessions add up.
 */
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { loadExperiment, Mu2NetError, openLocalPool } from 'mu2net';
import { findResult, orderCells, readResults, withResult, writeResults } from './cells.js';
import { digestOf, growCell, resultOf } from './measure.js';

/** @import { Experiment, Pool } from 'mu2net' */
/** @import { CellResult } from '../../ts/src/documents/claim/results.js' */
/** @import { Cell } from './cells.js' */

const { values: options } = parseArgs({
  options: {
    results: { type: 'string', default: 'runs/scripts-benchmark/results.jsonl' },
    runs: { type: 'string', default: 'runs/scripts-benchmark' },
    seeds: { type: 'string', default: '5' },
    budgets: { type: 'string', default: '1,2,4,8' },
    tasks: { type: 'string', default: '10' },
    arms: { type: 'string', default: 'mu2net,finetune-tuned,finetune-once,head,mu2net-plus' },
    json: { type: 'boolean', default: false },
  },
});
const CONFIGS = fileURLToPath(new URL('../../configs/scripts/', import.meta.url));
const PACKAGE = new URL('../../package.json', import.meta.url);
const { version } = JSON.parse(readFileSync(PACKAGE, 'utf8'));
const cells = orderCells({
  arms: options.arms.split(','),
  seeds: Array.from({ length: Number(options.seeds) }, (_, nth) => nth + 1),
  budgets: options.budgets.split(',').map(Number),
});

/**
 * @param {Cell} cell
 * @returns {Experiment}
 */
function experimentOf({ arm, seed, budget }) {
  const file = join(CONFIGS, `${arm}.yaml`);
  const { training } = loadExperiment(file);
  const experiment = loadExperiment(file, {
    set: { seed, 'training.validationsPerChild': training.validationsPerChild * budget },
  });
  const chosen = options.tasks.split(',');
  const first = Number(options.tasks);
  const tasks = experiment.tasks.filter(({ name }, nth) => nth < first || chosen.includes(name));
  return { ...experiment, tasks };
}

/**
 * Returns the result of a cell: from the file, or measured now and written to the file.
 * @param {Cell} cell
 * @param {() => Promise<Pool>} poolOf
 * @returns {Promise<CellResult>}
 */
async function measure(cell, poolOf) {
  const experiment = experimentOf(cell);
  const digest = digestOf(experiment);
  const known = findResult(readResults(options.results), cell, { experiment: digest, version });
  if (known) return known;
  const { arm, seed, budget } = cell;
  const name = `${arm}-x${budget}-seed${seed}-${digest}`;
  const pool = await poolOf();
  const run = await growCell(experiment, { folder: options.runs, name, pool });
  const result = { ...cell, experiment: digest, ...(await resultOf(run, pool)) };
  // Read again, because another process may have added its cells meanwhile.
  const text = writeResults(withResult(readResults(options.results), result));
  writeFileSync(`${options.results}.new`, text);
  renameSync(`${options.results}.new`, options.results);
  return result;
}

/** @param {CellResult} result */
function rowOf({ arm, budget, seed, tasks, systemParameterCount }) {
  const accuracies = tasks.map(({ correct, total }) => correct / total);
  const accuracy = (100 * accuracies.reduce((a, b) => a + b, 0)) / tasks.length;
  return {
    ...{ budget, seed, arm, tasks: tasks.length },
    accuracy: Number(accuracy.toFixed(2)),
    parameters: systemParameterCount,
    unchanged: tasks.every(({ isUnchanged }) => isUnchanged),
  };
}

/** @type {Pool | undefined} */
let pool;
try {
  mkdirSync(options.runs, { recursive: true });
  mkdirSync(dirname(options.results), { recursive: true });
  const rows = [];
  for (const cell of cells) {
    const result = await measure(cell, async () => {
      pool ??= await openLocalPool({ logDirectory: options.runs });
      return pool;
    });
    const row = rowOf(result);
    rows.push(row);
    console.error(`×${row.budget} seed ${row.seed} ${row.arm}: ${row.accuracy} %`);
  }
  if (options.json) console.log(JSON.stringify(rows));
  else console.table(rows);
} catch (error) {
  if (!(error instanceof Mu2NetError)) throw error;
  console.error(`${error.code}: ${error.message}`);
  process.exitCode = 1;
} finally {
  await pool?.close();
}
