import { existsSync, readdirSync, readFileSync, renameSync } from 'node:fs';
import { basename, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openRun } from '../../ts/src/api/open-run.js';
import { type ConfigInput, defineExperiment } from '../../ts/src/config/index.js';
import { EXPORT_FORMATS } from '../../ts/src/models/export.js';
import type { Pool } from '../../ts/src/pool/pool.js';
import type { RunEvent } from '../../ts/src/run/events/events.js';
import { pretrainRoot } from '../../ts/src/run/pretrain.js';
import { predictAnswer } from '../../ts/src/serving/documents.js';
import { openLocalPool } from '../../ts/src/sidecar/local.js';
import { growDirectory, temporaryFolder } from '../support/runs.js';
import { SMALL, writeStripes } from './support.js';

const TRAINING = {
  ...SMALL.training,
  maxTrainExamplesBetweenValidations: 320,
  validationsPerChild: 2,
};
const NUMERALS = ['zero', 'one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine'];
const folder = temporaryFolder();
const stripes = join(folder, 'stripes');
const events: RunEvent[] = [];
let pool: Pool;
let checkpoint: string;
let directory: string;

function experimentWith(changes: Partial<ConfigInput>) {
  return defineExperiment({ ...SMALL, ...changes }, { baseDirectory: folder }).experiment;
}

beforeAll(async () => {
  pool = await openLocalPool({ workers: 1, logDirectory: folder });
  writeStripes(stripes);
  const pretraining = experimentWith({
    name: 'root',
    training: { ...TRAINING, validationsPerChild: 1 },
  });
  ({ checkpoint } = await pretrainRoot(pretraining, join(folder, 'root'), { pool }));
  const experiment = experimentWith({
    name: 'rooted',
    root: { architecture: 'Ti/16', checkpoint },
    method: { samplesPerTask: 2, width: 2 },
    training: TRAINING,
    ranges: { opt_lr: [0.02, 0.05, 0.1] },
    tasks: [
      { name: 'digits', classNames: NUMERALS },
      { name: 'stripes', source: { kind: 'folder', path: stripes } },
    ],
  });
  directory = await growDirectory(experiment, {
    folder,
    pool,
    onEvent: (event) => events.push(event),
  });
});

afterAll(async () => {
  await pool?.close();
});

describe('a pretrained root', () => {
  test('starts a run, which records its hash', () => {
    const root = events.find((event) => event.type === 'root');
    expect(root).toMatchObject({ source: checkpoint, notices: ['AugReg layout'] });
    expect(openRun(directory).experiment().checkpoint).toEqual({
      source: checkpoint,
      sha256: root?.type === 'root' ? root.sha256 : null,
    });
  });

  test('is the base of the first child of a task', () => {
    const { lineage, components } = openRun(directory).show('digits');
    expect(lineage.at(-1)?.task).toBeNull();
    expect(components.map(({ origin }) => origin)).toContain('cloned');
  });

  test('is refused if its file has changed', async () => {
    const changed = experimentWith({
      root: { architecture: 'Ti/16', checkpoint, sha256: '0'.repeat(64) },
    });
    await expect(growDirectory(changed, { folder, pool, name: 'changed' })).rejects.toMatchObject({
      code: 'CHECKPOINT_INVALID',
      message: expect.stringMatching(/has changed: its sha256 is [0-9a-f]{64}/),
    });
  });

  test('is refused if it has another architecture', async () => {
    const other = experimentWith({ root: { architecture: 'S/16', checkpoint } });
    await expect(growDirectory(other, { folder, pool, name: 'other' })).rejects.toMatchObject({
      code: 'CHECKPOINT_INVALID',
      message: expect.stringMatching(/is not (the )?S\/16/),
    });
  });
});

describe('a model', () => {
  test('is evaluated with the same result as the test of the run', async () => {
    for (const { task, testAccuracy } of openRun(directory).leaderboard().rows) {
      const { correct, total } = await openRun(directory).evaluate(task, { pool });
      expect(correct / total).toBe(testAccuracy);
    }
    await expect(openRun(directory).evaluate('mnist', { pool })).rejects.toMatchObject({
      code: 'TASK_UNKNOWN',
    });
  });

  test('names the classes of images for each requested task', async () => {
    const images = [join(stripes, 'rows/3.pgm'), join(stripes, 'columns/5.pgm')];
    const predictions = await openRun(directory).predict(images, { pool, top: 2 });
    expect(predictions.map(({ image, task }) => [basename(image), task])).toEqual([
      ['3.pgm', 'digits'],
      ['3.pgm', 'stripes'],
      ['5.pgm', 'digits'],
      ['5.pgm', 'stripes'],
    ]);
    for (const { classes } of predictions.filter(({ task }) => task === 'stripes')) {
      expect(classes.map(({ name }) => name).sort()).toEqual(['columns', 'rows']);
      const sum = classes.reduce((total, { probability }) => total + probability, 0);
      expect(sum).toBeCloseTo(1, 5);
    }
  });

  test('knows the names of its classes from when it was learned, even without the data', async () => {
    const elsewhere = join(folder, 'elsewhere');
    renameSync(stripes, elsewhere);
    const image = join(elsewhere, 'rows/3.pgm');
    const [digits, moved] = await openRun(directory).predict([image], { pool, top: 10 });
    renameSync(elsewhere, stripes);
    expect(digits?.classes.map(({ label, name }) => NUMERALS[label] === name)).toEqual(
      NUMERALS.map(() => true),
    );
    expect(moved?.classes.map(({ name }) => name).sort()).toEqual(['columns', 'rows']);
  });

  test('predicts over HTTP what it predicts of files', async () => {
    const images = readdirSync(join(stripes, 'rows')).map((name) => join(stripes, 'rows', name));
    const run = openRun(directory);
    const expected = await run.predict(images, { pool, top: 2 });
    const server = await run.serve({ port: 0, pool });
    try {
      const body = new FormData();
      for (const image of images) body.append('image', new Blob([readFileSync(image)]), 'a.pgm');
      body.append('top', '2');
      const answer = await fetch(`${server.url}/v1/predict`, { method: 'POST', body });
      const { predictions } = predictAnswer.parse(await answer.json());
      expect(predictions.map(({ image, task }) => [images[image], task])).toEqual(
        expected.map(({ image, task }) => [image, task]),
      );
      for (const [nth, { classes }] of predictions.entries()) {
        for (const [at, { label, name, probability }] of classes.entries()) {
          expect({ label, name }).toEqual({
            label: expected[nth]?.classes[at]?.label,
            name: expected[nth]?.classes[at]?.name,
          });
          expect(probability).toBeCloseTo(expected[nth]?.classes[at]?.probability ?? -1, 5);
        }
      }
    } finally {
      await server.close();
    }
  });

  test('predicts with the accuracy of its evaluation', async () => {
    const images = ['columns', 'rows'].flatMap((name) =>
      readdirSync(join(stripes, name)).map((file) => join(stripes, name, file)),
    );
    const predictions = await openRun(directory).predict(images, {
      pool,
      tasks: ['stripes'],
      top: 1,
    });
    const right = predictions.filter(
      ({ image, classes }) => basename(join(image, '..')) === classes[0]?.name,
    );
    let correct = 0;
    for (const split of ['train', 'validation', 'test'] as const) {
      correct += (await openRun(directory).evaluate('stripes', { split, pool })).correct;
    }
    expect(right.length).toBe(correct);
  });

  test.each(EXPORT_FORMATS)('is exported as %s', async (format) => {
    const files = await openRun(directory).export('stripes', {
      format,
      folder: join(folder, format),
      pool,
    });
    expect(files.every(existsSync)).toBe(true);
    const config = files.find((file) => file.endsWith('config.json')) ?? '';
    expect(readFileSync(config, 'utf8')).toContain('columns');
  });
});
