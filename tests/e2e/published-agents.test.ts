import { execFileSync } from 'node:child_process';
import { existsSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openRun } from '../../ts/src/api/open-run.js';
import { createBranch } from '../../ts/src/branches/branch.js';
import { defineExperiment } from '../../ts/src/config/index.js';
import { locksDuring, NOT_TRAINABLE } from '../../ts/src/evolution/index.js';
import type { Pool } from '../../ts/src/pool/pool.js';
import { importPublished } from '../../ts/src/published/import.js';
import { openLocalPool } from '../../ts/src/sidecar/local.js';
import { findPython } from '../../ts/src/sidecar/python.js';
import { readRun } from '../../ts/src/state/record/ledger.js';
import { recallSystem } from '../../ts/src/state/record/recall.js';
import { parseAddress } from '../../ts/src/state/runs.js';
import { logOf } from '../../ts/src/views/log.js';
import { growDirectory, temporaryFolder } from '../support/runs.js';

const folder = temporaryFolder();
const published = join(folder, 'system');
let accounted: readonly number[];
const progress: [number, number, string][] = [];
let pool: Pool;
let directory: string;

beforeAll(async () => {
  const script = join(import.meta.dirname, 'published_agents.py');
  accounted = JSON.parse(String(execFileSync(findPython().executable, [script, published])));
  pool = await openLocalPool({ workers: 1, logDirectory: folder });
  ({ directory } = await importPublished(published, {
    pool,
    folder,
    name: 'imported',
    onProgress: (...told) => progress.push(told),
  }));
});

afterAll(async () => {
  await pool?.close();
});

describe("a system of the published notebook's agents", () => {
  test('reports how many of its agents have been read', () => {
    expect(progress).toEqual([0, 1, 2].map((done) => [done, 3, 'agents']));
  });

  test('is a finished run of mu2net+, with an iteration for each cycle', () => {
    expect(openRun(directory).status().finished).toBe(true);
    const { method, cycles } = openRun(directory).experiment();
    expect(cycles).toBe(1);
    expect(method).toMatchObject({
      name: 'mu2net+',
      samplesPerTask: 2,
      adaptersMutate: true,
      alwaysClone: ['encoder_norm'],
      maxTaskPopulation: 3,
      score: { base: 0.99, parametersReference: 1e6, flopsReference: 15e6 },
    });
    const ended = logOf(directory).entries.flatMap((entry) =>
      entry.kind === 'iteration'
        ? [[entry.task, entry.pathId, entry.children, entry.retained]]
        : [],
    );
    // Shapes comes after the path that it builds on, although its time is earlier.
    expect(ended).toEqual([
      ['emnist/digits', 2, 2, 1],
      ['shapes', 3, 1, 1],
      ['emnist/digits', 4, 1, 1],
    ]);
  });

  test('keeps components, momentum, hyperparameters, scores and lineage', () => {
    const { lineage, components, hyperparameters, score, quality } =
      openRun(directory).show('emnist/digits');
    expect(lineage.map(({ pathId }) => pathId)).toEqual([4, 3, 2, 0]);
    expect(hyperparameters).toMatchObject({
      opt_lr: 0.1,
      num_classes: 10,
      adapter_layers: [0],
      '_mu_|hp:opt_lr': 0.24,
      '_mu_|clone:encoderblock_0': 0.18,
      '_mu_|add:residual_adapter_0': 0.2,
    });
    expect(hyperparameters).not.toHaveProperty('mutate_adapters');
    expect(openRun(directory).show('shapes').hyperparameters).not.toHaveProperty('_mu_|hp:opt_lr');
    expect(components.map(({ id, origin }) => [id, origin])).toEqual([
      ['0/embedding', 'shared'],
      ['0/cls', 'shared'],
      ['0/posembed_input', 'shared'],
      ['4/residual_adapter_0', 'fresh'],
      ['3/encoderblock_0', 'shared'],
      ['4/encoder_norm', 'cloned'],
      ['4/head', 'fresh'],
    ]);
    expect(quality).toBe(0.9);
    expect(score).toBeCloseTo(0.9 * 0.99 ** ((accounted[1] ?? 0) / 1e6 + 1), 12);
    const system = readRun(parseAddress(directory), recallSystem);
    expect(system.components.get('4/head')?.traceDigest).toMatch(/^[0-9a-f]{64}$/);
    expect(system.components.get('0/cls')?.traceDigest).toBeNull();
    expect([...system.paths.keys()]).toEqual([0, 3, 4]);
    expect(system.offspring.get(0)?.get('emnist/digits')).toBe(2);
  });

  test('has the locks, accounted parameters and results that the agents had', () => {
    const locks = locksDuring(readRun(parseAddress(directory), recallSystem), null);
    expect(locks.get('0/cls')).toEqual(new Set([NOT_TRAINABLE, 'emnist/digits', 'shapes']));
    expect(locks.get('0/encoderblock_1')).toEqual(new Set([NOT_TRAINABLE]));
    expect(locks.get('3/encoderblock_0')).toEqual(new Set(['emnist/digits', 'shapes']));
    const { rows } = openRun(directory).leaderboard();
    const of = (task: string) => rows.find((row) => row.task === task);
    expect(of('shapes')?.accountedParameterCount).toBeCloseTo(accounted[0] ?? 0, 6);
    expect(of('emnist/digits')?.accountedParameterCount).toBeCloseTo(accounted[1] ?? 0, 6);
    expect(of('emnist/digits')?.testAccuracy).toBeCloseTo(0.85, 3);
  });

  test('cannot be branched from a point where a superseded model lived', () => {
    expect(() => createBranch(parseAddress(directory), 'early', { at: '1' })).toThrow(
      /were deleted/,
    );
    createBranch(parseAddress(directory), 'late', { at: '3' });
    expect(openRun(`${directory}:late`).status().finished).toBe(true);
  });

  test('learns another task with mu2net+', async () => {
    const { method } = openRun(directory).experiment();
    const { num_classes: _, adapter_layers: __, ...hyperparameters } = method.defaults;
    const { experiment } = defineExperiment(
      {
        name: 'continued',
        root: { architecture: 'Ti/4' },
        method: { name: 'mu2net+', samplesPerTask: 4, width: 2, adaptersMutate: true },
        training: {
          batchSize: 64,
          maxTrainExamplesBetweenValidations: 320,
          validationsPerChild: 1,
          maxValidationExamples: 64,
        },
        hyperparameters,
        autoTune: null,
        ranges: {
          _mu_: [...(method.ranges._mu_ ?? [])],
          opt_lr: [...(method.ranges.opt_lr ?? [])],
        },
        tasks: ['digits'],
        taskIterations: 1,
        continueFrom: directory,
      },
      { baseDirectory: folder },
    );
    const continued = await growDirectory(experiment, { folder, pool });
    const rows = openRun(continued).leaderboard().rows;
    expect(rows.map(({ task }) => task)).toEqual(['emnist/digits', 'shapes', 'digits']);
    expect(rows.map(({ pathId }) => pathId).slice(0, 2)).toEqual([4, 3]);
    const learned = Object.keys(openRun(continued).show('digits').hyperparameters);
    expect(learned).toContain('_mu_|hp:opt_lr');
  });

  test('is refused with one line when it is invalid or incomplete', async () => {
    const refused = async (what: string, message: RegExp) => {
      const attempt = importPublished(join(published, what), { pool, folder, name: 'refused' });
      await expect(attempt).rejects.toThrow(message);
      expect(existsSync(join(folder, 'refused'))).toBe(false);
    };
    await refused('..', /has no system: neither .*population\.csv.* nor .*published\.csv/);
    await refused('VitT3~shapes', /belongs to one agent .* name the folder of all agents/);
    await refused(
      'VitT3~shapes/state_1_0',
      /belongs to one agent .* name the folder of all agents/,
    );
    const root = join(published, 'VitT3~root_model~checkpoint');
    renameSync(root, `${folder}/aside`);
    await refused('.', /has 0 root models instead of one/);
    renameSync(`${folder}/aside`, root);
    writeFileSync(join(published, 'VitT3~shapes', 'state_1_0', 'config.json'), '{');
    await refused('.', /cannot read .*config\.json/);
  });
});
