import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadExperiment } from 'mu2net';
import { expect, test } from 'vitest';
import {
  findResult,
  orderCells,
  readResults,
  withResult,
  writeResults,
} from '../../examples/scripts-benchmark/cells.js';
import { digestOf, growCell, resultOf } from '../../examples/scripts-benchmark/measure.js';
import { type CellResult, parseResults } from '../../ts/src/documents/claim/results.js';
import { experimentOf, poolOf, taskOf } from '../support/experiments.js';
import { temporaryFolder } from '../support/runs.js';
import { claim } from './claims.js';

const ROOT = join(import.meta.dirname, '../..');
const PROGRAM = join(ROOT, 'examples/scripts-benchmark/compare.js');

/** A result as small as one can be. */
function resultWith(changes: Partial<CellResult>): CellResult {
  return {
    ...{ arm: 'head', seed: 1, budget: 1, experiment: 'e', device: 'cpu', measured: '2026-11-29' },
    versions: { mu2net: '0.2.0', python: '3.11.7', jax: '0.10.2' },
    trainingFlops: 1,
    systemParameterCount: 4,
    tasks: [
      {
        ...{ task: 'a', correct: 1, total: 2, outcomes: 'gA==', probe: 1 },
        ...{ parameterCount: 4, added: 1, isUnchanged: true },
      },
    ],
    ...changes,
  };
}

test('all arms of a seed and budget follow one another, and seeds and budgets grow alike', () => {
  const cells = orderCells({ arms: ['a', 'b'], seeds: [1, 2, 3], budgets: [1, 2, 4] });
  expect(cells).toHaveLength(18);
  expect(cells.slice(0, 2).map(({ arm }) => arm)).toEqual(['a', 'b']);
  const blocks = cells.filter(({ arm }) => arm === 'a');
  expect(blocks.map(({ seed, budget }) => `${seed}×${budget}`)).toEqual([
    '1×1',
    '2×1',
    '1×2',
    '3×1',
    '2×2',
    '1×4',
    '3×2',
    '2×4',
    '3×4',
  ]);
});

test('a cell is taken from the file if experiment and minor version are equal', () => {
  const cell = { arm: 'head', seed: 1, budget: 2 };
  const [kept, other] = [resultWith(cell), resultWith({ ...cell, seed: 2 })];
  const find = (experiment: string, version: string) =>
    findResult([other, kept], cell, { experiment, version });
  expect(find('e', '0.2.7')).toBe(kept);
  expect(find('f', '0.2.0')).toBeUndefined();
  expect(find('e', '0.3.0')).toBeUndefined();
});

test('a new result takes the place of the old one of its cell, and the others stay', () => {
  const [old, other] = [resultWith({}), resultWith({ arm: 'mu2net' })];
  const now = resultWith({ experiment: 'f' });
  const results = withResult(withResult([old], other), now);
  expect(results).toEqual([now, other]);
  const file = join(temporaryFolder(), 'results.jsonl');
  expect(readResults(file)).toEqual([]);
  writeFileSync(file, writeResults(results));
  expect(readResults(file)).toEqual(results);
  expect(parseResults(writeResults(results))).toEqual(results);
});

test(`a run becomes a result with every image of every test ${claim('improved-by-extensions', 'no-forgetting')}`, async () => {
  const experiment = experimentOf({
    taskIterations: 1,
    tasks: ['a', 'b'].map((name) => taskOf(name)),
  });
  const place = { folder: temporaryFolder(), name: 'cell', pool: poolOf(experiment) };
  const run = await growCell(experiment, place);
  const result = await resultOf(run, place.pool);
  const board = run.leaderboard();
  expect(result.tasks.map(({ task, correct, total }) => [task, correct / total])).toEqual(
    board.rows.map(({ task, testAccuracy }) => [task, testAccuracy]),
  );
  for (const { correct, total, outcomes, isUnchanged, added, parameterCount } of result.tasks) {
    const bytes = [...Buffer.from(outcomes, 'base64')];
    const ones = bytes.flatMap((byte) => [...byte.toString(2)]).filter((bit) => bit === '1');
    expect([ones.length, bytes.length]).toEqual([correct, Math.ceil(total / 8)]);
    expect(isUnchanged).toBe(true);
    expect(added).toBeLessThanOrEqual(parameterCount);
  }
  expect(result.systemParameterCount).toBe(board.systemParameterCount);
  expect((await growCell(experiment, place)).address).toBe(run.address);
});

test('the command measures nothing that the file of results has', () => {
  const folder = temporaryFolder();
  const experiment = loadExperiment(join(ROOT, 'configs/scripts/head.yaml'));
  const tasks = experiment.tasks.slice(0, 2);
  const file = join(folder, 'results.jsonl');
  const known = resultWith({ experiment: digestOf({ ...experiment, tasks }) });
  writeFileSync(file, writeResults([known]));
  const grid = ['--arms', 'head', '--seeds', '1', '--budgets', '1', '--tasks', '2'];
  const { stdout, stderr } = spawnSync(
    process.execPath,
    [PROGRAM, '--results', file, '--runs', join(folder, 'runs'), ...grid, '--json'],
    { encoding: 'utf8' },
  );
  expect(JSON.parse(stdout || stderr)).toEqual([
    ...[
      { budget: 1, seed: 1, arm: 'head', tasks: 1, accuracy: 50, parameters: 4, unchanged: true },
    ],
  ]);
});
