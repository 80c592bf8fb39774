// @ts-check
/** Grows the run of a cell, and reads from it what the comparison needs. */
import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { grow, openRun } from 'mu2net';

/** @import { Experiment, Pool, Run } from 'mu2net' */
/** @import { CellResult, TaskResult } from '../../ts/src/documents/claim/results.js' */

/**
 * Returns a digest of everything that the result depends on except the code. Places of files are
 * left out; their contents are not.
 * @param {Experiment} experiment
 */
export function digestOf({ name: _, continueFrom: __, checkpoint, tasks, ...rest }) {
  const data = tasks.map(({ source, classNames: ___, ...task }) => {
    const images = source.kind === 'npz' ? sha256(readFileSync(source.path)) : source;
    return { ...task, images };
  });
  return sha256(JSON.stringify([checkpoint?.sha256, data, rest])).slice(0, 16);
}

/** @param {string | Buffer} content */
const sha256 = (content) => createHash('sha256').update(content).digest('hex');

/**
 * Grows the run of a cell, goes on with it, or takes it as it is.
 * @param {Experiment} experiment
 * @param {{ readonly folder: string, readonly name: string, readonly pool: Pool }} place
 * @returns {Promise<Run>}
 */
export async function growCell(experiment, { folder, name, pool }) {
  if (!existsSync(join(folder, name))) return grow(experiment, { folder, name, pool });
  const run = openRun(name, { folder });
  if (!run.status().finished) await run.resume({ pool });
  return run;
}

/**
 * Reads the result of a finished run, and evaluates every model once more.
 * @param {Run} run
 * @param {Pool} pool
 * @returns {Promise<Omit<CellResult, 'arm' | 'seed' | 'budget' | 'experiment'>>}
 */
export async function resultOf(run, pool) {
  const board = run.leaderboard();
  const tests = rowsOf(run, 'evaluations');
  const added = new Map(run.draw('size').data.models.map((each) => [each.task, each.added]));
  /** @type {TaskResult[]} */
  const tasks = [];
  for (const { task, pathId, parameterCount, probeAccuracy } of board.rows) {
    const again = await run.evaluate(task, { pool });
    const test = tests.find((each) => each.pathId === pathId && each.split === 'test');
    const { correct, total } = again;
    tasks.push({
      task,
      correct,
      total,
      outcomes: Buffer.from(again.outcomes).toString('base64'),
      probe: Math.round((probeAccuracy ?? 0) * total),
      parameterCount,
      added: added.get(task) ?? 0,
      isUnchanged: test?.outcomes === Buffer.from(again.outcomes).toString('hex'),
    });
  }
  const worker = rowsOf(run, 'workers').at(-1);
  return {
    versions: {
      mu2net: String(worker?.mu2net),
      python: String(worker?.python),
      jax: String(worker?.jax),
    },
    device: String(worker?.device),
    measured: new Date().toISOString().slice(0, 10),
    trainingFlops: run.compareWith().systems[0]?.trainingFlops ?? 0,
    systemParameterCount: board.systemParameterCount,
    tasks,
  };
}

/**
 * Returns the rows of a table of the record, with the names of its columns.
 * @param {Run} run
 * @param {string} name
 */
function rowsOf(run, name) {
  const table = run.records().find((each) => each.name === name);
  return (table?.rows ?? []).map((row) =>
    Object.fromEntries(table?.columns.map((column, nth) => [column.name, row[nth]]) ?? []),
  );
}
