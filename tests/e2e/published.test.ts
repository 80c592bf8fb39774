import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openRun } from '../../ts/src/api/open-run.js';
import { defineExperiment } from '../../ts/src/config/index.js';
import { locksDuring, NOT_TRAINABLE } from '../../ts/src/evolution/index.js';
import type { Pool } from '../../ts/src/pool/pool.js';
import { importPublished } from '../../ts/src/published/import.js';
import { openLocalPool } from '../../ts/src/sidecar/local.js';
import { findPython } from '../../ts/src/sidecar/python.js';
import { readRun } from '../../ts/src/state/record/ledger.js';
import { recallSystem } from '../../ts/src/state/record/recall.js';
import { parseAddress } from '../../ts/src/state/runs.js';
import { growDirectory, temporaryFolder } from '../support/runs.js';

const folder = temporaryFolder();
const published = join(folder, 'experiment');
const progress: [number, number, string][] = [];
let pool: Pool;
let directory: string;

beforeAll(async () => {
  execFileSync(findPython().executable, [join(import.meta.dirname, 'published.py'), published]);
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

describe('a system of the published notebook', () => {
  test('is a finished run with its tasks', () => {
    expect(openRun(directory).status().finished).toBe(true);
    const rows = openRun(directory)
      .leaderboard()
      .rows.map((row) => ({
        task: row.task,
        pathId: row.pathId,
        isPrivate: row.isPrivate,
        quality: row.validationAccuracy,
      }));
    expect(rows).toEqual([
      { task: 'digits', pathId: 2, isPrivate: false, quality: 0.75 },
      { task: 'secret', pathId: 3, isPrivate: true, quality: 0.8 },
    ]);
    expect(openRun(directory).leaderboard().rows[0]?.testAccuracy).toBeCloseTo(0.7, 2);
  });

  test('reports how much of its checkpoint has been read', () => {
    expect(progress).toHaveLength(9);
    for (const [done, total, unit] of progress) {
      expect([total, unit]).toEqual([1, 'MiB']);
      expect(done).toBeLessThanOrEqual(total);
    }
  });

  test('keeps components, momentum, hyperparameters and lineage', () => {
    const { lineage, components, hyperparameters } = openRun(directory).show('secret');
    expect(lineage.map(({ pathId }) => pathId)).toEqual([3, 2, 1, 0]);
    expect(hyperparameters).toMatchObject({ opt_lr: 0.1, num_classes: 10, adapter_layers: [] });
    expect(components.map(({ id, origin }) => [id, origin])).toEqual([
      ['0/embedding', 'shared'],
      ['0/cls', 'shared'],
      ['0/posembed_input', 'shared'],
      ['3/encoder_norm', 'cloned'],
      ['3/head', 'fresh'],
    ]);
    const system = readRun(parseAddress(directory), recallSystem);
    expect(system.components.get('2/head')?.traceDigest).toMatch(/^[0-9a-f]{64}$/);
    expect(system.components.get('0/cls')?.traceDigest).toBeNull();
    expect(system.paths.get(2)?.parentId).toBe(0);
    expect(system.offspring.get(0)?.get('digits')).toBe(1);
  });

  test('has the locks that the notebook had', () => {
    const locks = locksDuring(readRun(parseAddress(directory), recallSystem), null);
    expect(locks.get('0/cls')).toEqual(new Set([NOT_TRAINABLE, 'digits', 'secret']));
    expect(locks.get('2/head')).toEqual(new Set(['digits']));
  });

  test('can be continued', async () => {
    const { defaults, ranges } = openRun(directory).experiment().method;
    const { num_classes: _, adapter_layers: __, ...hyperparameters } = defaults;
    const { experiment } = defineExperiment(
      {
        name: 'continued',
        root: { architecture: 'Ti/4' },
        method: { samplesPerTask: 2, width: 2 },
        training: {
          batchSize: 64,
          maxTrainExamplesBetweenValidations: 320,
          validationsPerChild: 1,
          maxValidationExamples: 64,
        },
        hyperparameters,
        autoTune: null,
        ranges: { opt_lr: [...(ranges.opt_lr ?? [])] },
        tasks: ['digits'],
        taskIterations: 1,
        continueFrom: directory,
      },
      { baseDirectory: folder },
    );
    const continued = await growDirectory(experiment, { folder, pool });
    const rows = openRun(continued).leaderboard().rows;
    expect(rows.map(({ task }) => task).sort()).toEqual(['digits', 'secret']);
    expect(rows.find(({ task }) => task === 'secret')).toEqual(
      openRun(directory)
        .leaderboard()
        .rows.find(({ task }) => task === 'secret'),
    );
  });

  test('is refused and leaves no run when a part of it is missing', async () => {
    const nothing = importPublished(join(folder, 'nothing'), { pool, folder });
    await expect(nothing).rejects.toMatchObject({ code: 'CHECKPOINT_MISSING' });
    expect(existsSync(join(folder, 'nothing'))).toBe(false);
    const again = importPublished(published, { pool, folder, name: 'imported' });
    await expect(again).rejects.toMatchObject({ code: 'RUN_EXISTS' });
  });
});
