import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { stringify } from 'yaml';
import { openRun } from '../../ts/src/api/open-run.js';
import { createBranch, dropBranch } from '../../ts/src/branches/branch.js';
import { collectGarbage } from '../../ts/src/branches/collect-garbage.js';
import { type ConfigInput, defineExperiment, loadExperiment } from '../../ts/src/config/index.js';
import { Mu2NetError } from '../../ts/src/domain/errors.js';
import { pathFlops, structureOf } from '../../ts/src/domain/flops.js';
import { componentsOf } from '../../ts/src/domain/system.js';
import type { Pool } from '../../ts/src/pool/pool.js';
import { evaluateRequest } from '../../ts/src/requests/evaluate.js';
import type { RunEvent } from '../../ts/src/run/events/events.js';
import { resumeRun } from '../../ts/src/run/session.js';
import { openLocalPool } from '../../ts/src/sidecar/local.js';
import { storeOf } from '../../ts/src/state/directory.js';
import { readRun } from '../../ts/src/state/record/ledger.js';
import { recallSystem } from '../../ts/src/state/record/recall.js';
import { parseAddress } from '../../ts/src/state/runs.js';
import { claim } from '../paper/claims.js';
import { growDirectory, temporaryFolder } from '../support/runs.js';
import { times } from '../support/thorough.js';
import { SMALL, timelessRecordOf, writeStripes } from './support.js';

const MAIN = join(import.meta.dirname, '../../dist/bundle/main.js');
const folder = temporaryFolder();
let pool: Pool;
let finished: string;

function experimentOf(changes: Partial<ConfigInput> = {}) {
  return defineExperiment({ ...SMALL, ...changes }, { baseDirectory: folder }).experiment;
}

function start(
  name: string,
  changes: Partial<ConfigInput> = {},
  onEvent?: (event: RunEvent) => void,
) {
  return growDirectory(experimentOf(changes), { folder, name, pool, onEvent });
}

beforeAll(async () => {
  pool = await openLocalPool({ workers: 1, logDirectory: folder });
  finished = await start('finished');
});

afterAll(async () => {
  await pool?.close();
});

/** Runs the command line until it prints an event of a type, and kills it. */
async function killAt(type: RunEvent['type'], name: string): Promise<void> {
  const config = join(folder, `${name}.yaml`);
  writeFileSync(config, stringify(SMALL));
  const args = [MAIN, 'run', config, '--runs', folder, '--name', name, '--json'];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  for await (const line of createInterface(child.stdout)) {
    if ((JSON.parse(line) as RunEvent).type === type) break;
  }
  await killAndWait(child);
}

/** Kills a process and waits until it is gone. */
async function killAndWait(child: ChildProcess): Promise<void> {
  child.kill('SIGKILL');
  await once(child, 'exit');
}

describe('a run on a real sidecar', () => {
  test('learns, and is tested on the whole test split', () => {
    const [row] = openRun(finished).leaderboard().rows;
    expect(row?.testAccuracy).toBeGreaterThan(0.3);
    expect(readRun(parseAddress(finished), (ledger) => ledger.evaluations())[0]?.total).toBe(359);
    expect(openRun(finished).status().finished).toBe(true);
  });

  test('learns with µ2Net+, and records the operations that the controller counts', async () => {
    const directory = await start('plus', {
      method: { ...SMALL.method, name: 'mu2net+', maxTaskPopulation: 2 },
      hyperparameters: { ...SMALL.hyperparameters, ds_quality_delta: 0.1, ds_contrast_delta: 0.1 },
      ranges: { ...SMALL.ranges, _mu_: [0.3, 0.5, 0.7] },
    });
    expect(openRun(directory).leaderboard().rows[0]?.testAccuracy).toBeGreaterThan(0.3);
    readRun(parseAddress(directory), (ledger) => {
      const flops = ledger.flops();
      const [{ experiment } = { experiment: experimentOf() }] = ledger.experiments();
      for (const { task, hyperparameters } of ledger.paths()) {
        if (task === null) continue;
        expect(hyperparameters).toHaveProperty('_mu_|clone:cls');
        const counted = pathFlops(hyperparameters, experiment.architecture);
        expect(flops.get(structureOf(hyperparameters))).toBe(counted);
      }
    });
  });

  test('a reduced version of a published experiment learns too', async () => {
    const config = join(import.meta.dirname, '../../configs/small/ti3.yaml');
    const { experiment } = loadExperiment(config, {
      'method.samplesPerTask': 2,
      'method.width': 2,
      'training.maxTrainExamplesBetweenValidations': 640,
      'training.maxValidationExamples': 128,
      'training.validationsPerChild': 4,
      tasks: ['digits'],
    });
    const { rows } = openRun(
      await growDirectory(experiment, { folder, name: 'published', pool }),
    ).report();
    expect(rows).toMatchObject([{ task: 'digits', sameData: true, published: [] }]);
    expect(rows[0]?.testAccuracy).toBeGreaterThan(0.2);
  });

  const moments = ['child', 'progress', 'tested'] as const;
  test.each(moments.slice(0, times(3, 1)))(
    'killed at its first %s and resumed, has the same result as without a kill',
    async (type) => {
      const name = `killed-at-${type}`;
      await killAt(type, name);
      await resumeRun(parseAddress(join(folder, name)), { pool });
      expect(timelessRecordOf(join(folder, name))).toEqual(timelessRecordOf(finished));
    },
  );

  test(`a retained path keeps its digests and its test result when tasks are added ${claim('new-tasks', 'no-forgetting', 'no-negative-transfer')}`, async () => {
    writeStripes(join(folder, 'stripes'));
    const before = readRun(parseAddress(finished), recallSystem);
    const directory = await start('continued', {
      seed: 6,
      continueFrom: finished,
      tasks: [{ name: 'stripes', private: true, source: { kind: 'folder', path: 'stripes' } }],
    });
    const after = readRun(parseAddress(directory), recallSystem);
    const [digits] = [...before.paths.values()].filter(({ task }) => task === 'digits');
    const kept = digits && after.paths.get(digits.id);
    if (!kept) throw new Error('the path of digits is gone');
    expect(componentsOf(kept, after)).toEqual(componentsOf(kept, before));
    const { evaluation, task } = readRun(parseAddress(directory), (ledger) => ({
      evaluation: ledger.evaluations().find(({ pathId }) => pathId === kept.id),
      task: ledger.tasks().find(({ name }) => name === 'digits'),
    }));
    if (!task) throw new Error('the task digits is gone');
    const again = evaluateRequest(
      { path: kept, split: 'test', task, system: after, batchSize: 50 },
      storeOf(directory),
    );
    const { correct, total, outcomes } = await pool.execute(again);
    const same = { correct, total, outcomes: Uint8Array.from(outcomes) };
    expect({ pathId: kept.id, split: 'test', ...same }).toEqual(evaluation);
    const rows = openRun(directory).leaderboard().rows;
    expect(rows.map(({ task: name }) => name)).toEqual(['digits', 'stripes']);
    expect(rows[1]?.testAccuracy).toBeGreaterThan(0.5);
  });

  test('a branch that changes nothing trains to the same bytes, and gc keeps what both reach', async () => {
    createBranch(parseAddress(finished), 'copy', { at: '0' });
    await resumeRun(parseAddress(`${finished}:copy`), { pool });
    const copy = timelessRecordOf(`${finished}:copy`);
    const { experiments: _, ...trunk } = timelessRecordOf(finished);
    expect(copy).toMatchObject(trunk);
    const { unreferenced, kept } = await collectGarbage(parseAddress(finished), { delete: true });
    expect(unreferenced.files).toBe(0);
    dropBranch(parseAddress(`${finished}:copy`));
    expect((await collectGarbage(parseAddress(finished))).kept).toEqual(kept);
  });

  test('the store holds only what living paths reach', () => {
    const reached = new Set<string>();
    for (const { paramsDigest, traceDigest } of readRun(
      parseAddress(finished),
      recallSystem,
    ).components.values()) {
      reached.add(paramsDigest);
      if (traceDigest !== null) reached.add(traceDigest);
    }
    const store = storeOf(finished);
    const objects = readdirSync(store, { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.safetensors'))
      .map((file) => file.slice(3, 3 + 64));
    expect(new Set(objects)).toEqual(reached);
  });
});

/** Returns the code and the message of a run's failure, and checks that the message is one line. */
async function failureOf(work: Promise<unknown>): Promise<{ code: string; message: string }> {
  const error = await work.then(
    () => new Error('it did not fail'),
    (reason: unknown) => reason,
  );
  if (!(error instanceof Mu2NetError)) throw error;
  expect(error.message).not.toContain('\n');
  return { code: error.code, message: error.message };
}

describe('bad input', () => {
  test('an image that does not decode is named', async () => {
    writeStripes(join(folder, 'broken'));
    const image = join(folder, 'broken', 'rows', '7.pgm');
    writeFileSync(image, readFileSync(image).subarray(0, 20));
    const tasks = [{ name: 'broken', source: { kind: 'folder' as const, path: 'broken' } }];
    const { code, message } = await failureOf(start('broken', { tasks }));
    expect(code).toBe('IMAGE_UNDECODABLE');
    expect(message).toContain(image);
  });

  test('a label out of range is named', async () => {
    const facts = { numClasses: 9, examples: { train: 1258, validation: 180, test: 359 } };
    const splits = { train: 'all[:70%]', validation: 'all[70%:80%]', test: 'all[80%:]' };
    const tasks = [{ name: 'nine', source: { kind: 'digits' as const }, splits, facts }];
    expect((await failureOf(start('nine', { tasks }))).code).toBe('DATA_LABEL');
  });

  test('an empty split is named', async () => {
    const splits = { train: 'all', validation: 'all[:0]', test: 'all' };
    const tasks = [{ name: 'empty', source: { kind: 'digits' as const }, splits }];
    const { code, message } = await failureOf(start('empty', { tasks }));
    expect(code).toBe('DATA_EMPTY');
    expect(message).toContain('all[:0]');
  });

  test('a stored object with a wrong hash is named, and no child that uses it is retained', async () => {
    await killAt('child', 'corrupt');
    const directory = join(folder, 'corrupt');
    const root = readRun(parseAddress(directory), (ledger) => ledger.components()).find(
      ({ id }) => id === '0/encoderblock_0',
    );
    if (!root) throw new Error('there is no root block');
    const file = join(
      storeOf(directory),
      root.paramsDigest.slice(0, 2),
      `${root.paramsDigest}.safetensors`,
    );
    const bytes = readFileSync(file);
    bytes[bytes.length - 5] = (bytes[bytes.length - 5] ?? 0) ^ 1;
    writeFileSync(file, bytes);
    const before = timelessRecordOf(directory);
    // This test needs a new worker, because an earlier one may have cached the object.
    const fresh = await openLocalPool({ workers: 1, logDirectory: directory });
    try {
      const { code, message } = await failureOf(
        resumeRun(parseAddress(directory), { pool: fresh }),
      );
      expect(code).toBe('STORE_CORRUPT');
      expect(message).toContain(root.paramsDigest);
    } finally {
      await fresh.close();
    }
    expect(timelessRecordOf(directory).paths).toEqual(before.paths);
  });

  test('children that diverge say why, and a task keeps the first ones in their initial state', async () => {
    const children: Extract<RunEvent, { type: 'child' }>[] = [];
    const hyperparameters = { ...SMALL.hyperparameters, _mu_: 0 };
    const { method, ...experiment } = experimentOf({ hyperparameters, ranges: {} });
    // No configuration may ask for it.
    const defaults = { ...method.defaults, opt_lr: 3e38 };
    const directory = await growDirectory(
      { ...experiment, method: { ...method, defaults } },
      {
        ...{ folder, name: 'diverging', pool },
        onEvent(event) {
          if (event.type === 'child') children.push(event);
        },
      },
    );
    expect(children).toHaveLength(4);
    for (const { failure } of children) expect(failure).toContain('not finite');
    expect(children.some(({ retained }) => retained)).toBe(true);
    const [row] = openRun(directory).leaderboard().rows;
    expect(row).toMatchObject({ task: 'digits', validationAccuracy: 0 });
    expect(row?.testAccuracy).toBeGreaterThan(0);
  });

  test('a run directory that another process uses is refused', async () => {
    const config = join(folder, 'busy.yaml');
    writeFileSync(config, stringify({ ...SMALL, name: 'busy' }));
    const args = [MAIN, 'run', config, '--runs', folder, '--name', 'taken', '--json'];
    const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
    for await (const line of createInterface(child.stdout)) {
      if ((JSON.parse(line) as RunEvent).type === 'progress') break;
    }
    const { code, message } = await failureOf(
      resumeRun(parseAddress(join(folder, 'taken')), { pool }),
    );
    await killAndWait(child);
    expect(code).toBe('RUN_LOCKED');
    expect(message).toContain('taken');
  });
});
