import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'libsql';
import { describe, expect, test } from 'vitest';
import { experimentOf, poolOf } from '../../../../tests/support/experiments.js';
import {
  createRecord,
  EPOCH,
  growToEnd,
  recordOf,
  temporaryFolder,
} from '../../../../tests/support/runs.js';
import { createRoot } from '../../run/create-root.js';
import { inspectTasks } from '../../run/inspect.js';
import { recordFileOf } from '../directory.js';
import { parseAddress } from '../runs.js';
import { Ledger, readRun } from './ledger.js';
import type { NewRun } from './new-run.js';
import { recallSystem } from './recall.js';
import type { MeasurementRecord } from './records.js';
import { SCHEMA_VERSION } from './schema.js';

const experiment = experimentOf();
const pool = poolOf(experiment);

async function newRunOf(): Promise<NewRun> {
  return {
    experiment,
    tasks: await inspectTasks(experiment.tasks, pool),
    root: (await createRoot(experiment, 'store', { pool })).root,
    from: null,
    createdAt: EPOCH,
  };
}

const codeOf = (run: () => unknown): unknown => {
  try {
    run();
  } catch (error) {
    return (error as { code?: unknown }).code;
  }
  return undefined;
};

function measurementOf(path: number, quality: number): MeasurementRecord {
  return {
    kind: 'trained',
    pathId: path,
    qualities: [quality],
    components: null,
    trainSeconds: 1.5,
    compilations: 0,
  };
}

describe('Ledger', () => {
  test('a record is the same on disk, after reopening and in memory', async () => {
    const directory = join(temporaryFolder(), 'runs', 'one');
    const ledger = Ledger.create(directory, await newRunOf());
    const end = await growToEnd(ledger, pool);
    const record = recordOf(ledger);
    ledger.close();
    readRun(parseAddress(directory), (again) => {
      expect(recordOf(again)).toEqual(record);
      expect(recallSystem(again)).toEqual(end);
      expect(again.experiments()).toEqual([
        {
          id: 1,
          base: null,
          point: { iteration: 0, generation: 0, nextPathId: 0 },
          beginning: { kind: 'created' },
          experiment,
          firstIteration: 0,
          createdAt: EPOCH.toISOString(),
        },
      ]);
    });
    const inMemory = await createRecord(experiment, pool);
    await growToEnd(inMemory, pool);
    expect(recordOf(inMemory)).toEqual(record);
  });

  test('reads numbers with every bit, and null as null', async () => {
    const directory = temporaryFolder();
    const ledger = Ledger.create(directory, await newRunOf());
    const [root] = ledger.paths();
    if (!root) throw new Error('the record has a root');
    const hyperparameters = { ...root.hyperparameters, opt_lr: 0.1 + 0.2, opt_momentum: null };
    const path = {
      ...root,
      id: 1,
      task: 'a',
      parentId: 0,
      hyperparameters,
      quality: 1 / 3,
      iteration: 0,
      score: Number.MIN_VALUE,
    };
    const generation = {
      iteration: 0,
      generation: 0,
      data: hyperparameters,
      seedPaths: [2, 0],
      pruned: [1],
    };
    ledger.recordGeneration({ generation, children: [], paths: [path], components: [] });
    await ledger.recordMeasurement(measurementOf(1, 2 / 3));
    expect(ledger.paths()).toEqual([root, path]);
    expect(ledger.generations(0)).toEqual([generation]);
    expect(ledger.measurement(1)).toEqual(measurementOf(1, 2 / 3));
    expect(ledger.nextPathId()).toBe(2);
    ledger.close();
  });

  test('keeps the first measurement of a child', async () => {
    const ledger = await createRecord(experiment, pool);
    await ledger.recordMeasurement(measurementOf(7, 0.5));
    await ledger.recordMeasurement(measurementOf(7, 0.9));
    expect(ledger.measurement(7)).toEqual(measurementOf(7, 0.5));
    expect(ledger.measurement(8)).toBeNull();
  });

  test('has a measurement on disk when it is acknowledged, and those of one turn together', async () => {
    const directory = temporaryFolder();
    const ledger = Ledger.create(directory, await newRunOf());
    const recorded = () =>
      readRun(parseAddress(directory), (reader) => [...reader.measurements().keys()]);
    const seen: number[][] = [];
    const acknowledged = [1, 2, 3].map(async (path) => {
      await ledger.recordMeasurement(measurementOf(path, 0.5));
      seen.push(recorded());
    });
    expect(recorded()).toEqual([]);
    await Promise.all(acknowledged);
    expect(seen).toEqual([
      [1, 2, 3],
      [1, 2, 3],
      [1, 2, 3],
    ]);
    const last = ledger.recordMeasurement(measurementOf(4, 0.5));
    ledger.close();
    expect(recorded()).toEqual([1, 2, 3, 4]);
    await last;
  });

  test('acknowledges no measurement of a group that cannot be written', async () => {
    const directory = temporaryFolder();
    const ledger = Ledger.create(directory, await newRunOf());
    await ledger.recordMeasurement(measurementOf(1, 0.5));
    const database = new Database(recordFileOf(directory));
    database.exec(
      "CREATE TRIGGER full BEFORE INSERT ON measurements WHEN NEW.path = 3 BEGIN SELECT RAISE(ABORT, 'full'); END",
    );
    database.close();
    const group = [2, 3, 4].map((path) => ledger.recordMeasurement(measurementOf(path, 0.5)));
    for (const each of await Promise.allSettled(group)) expect(each.status).toBe('rejected');
    await expect(ledger.recordMeasurement(measurementOf(5, 0.5))).rejects.toThrow('full');
    ledger.close();
    const paths = readRun(parseAddress(directory), (reader) => [...reader.measurements().keys()]);
    expect(paths).toEqual([1]);
  });

  test('names a damaged column and the place in it', async () => {
    const directory = temporaryFolder();
    const ledger = Ledger.create(directory, await newRunOf());
    const database = new Database(recordFileOf(directory));
    for (const [text, place] of [
      ["json_set(hyperparameters, '$.opt_lr', 'fast')", 'opt_lr'],
      ["'{'", "column 'hyperparameters'"],
    ]) {
      database.exec(`UPDATE paths SET hyperparameters = ${text}`);
      expect(() => ledger.paths()).toThrow(
        expect.objectContaining({
          code: 'RUN_CORRUPT',
          message: expect.stringContaining(place ?? ''),
        }),
      );
    }
    database.close();
    ledger.close();
  });

  test('records a generation completely or not at all, and only once', async () => {
    const ledger = await createRecord(experiment, pool);
    await growToEnd(ledger, pool);
    const record = recordOf(ledger);
    const [generation] = ledger.generations(0);
    const [child] = ledger.children();
    const [component] = ledger.components();
    if (!generation || !child || !component) throw new Error('the record has children');
    const newer = { ...component, id: '999/cls' };
    expect(() =>
      ledger.recordGeneration({
        generation: { ...generation, iteration: 99 },
        children: [child],
        paths: [],
        components: [newer],
      }),
    ).toThrow('UNIQUE');
    expect(recordOf(ledger)).toEqual(record);
    expect(ledger.generations(99)).toEqual([]);
  });

  test('lists an object from its recording to its removal, and again if it returns', async () => {
    const ledger = await createRecord(experiment, pool);
    const all = ledger.components().map(({ paramsDigest }) => paramsDigest);
    expect(ledger.storedDigests()).toEqual(all.toSorted());
    ledger.removeStored(all.slice(0, 3));
    ledger.removeStored(all.slice(0, 4));
    expect(ledger.storedDigests()).toEqual(all.slice(4).sort());
    const [component] = ledger.components();
    const [root] = ledger.paths();
    if (!component || !root) throw new Error('the record has a root');
    const data = root.hyperparameters;
    ledger.recordGeneration({
      generation: { iteration: 0, generation: 0, data, seedPaths: [], pruned: [] },
      children: [],
      paths: [],
      components: [{ ...component, id: '1/embedding' }],
    });
    expect(ledger.storedDigests()).toContain(component.paramsDigest);
  });
});

describe('a run directory', () => {
  test('with a run is RUN_EXISTS', async () => {
    const directory = temporaryFolder();
    const founding = await newRunOf();
    Ledger.create(directory, founding).close();
    expect(codeOf(() => Ledger.create(directory, founding))).toBe('RUN_EXISTS');
    expect(readRun(parseAddress(directory), (ledger) => ledger.experiments())).toHaveLength(1);
  });

  test('without a run is RUN_UNKNOWN', () => {
    expect(codeOf(() => Ledger.open(temporaryFolder()))).toBe('RUN_UNKNOWN');
  });

  test('with a later schema is RUN_SCHEMA and does not change', async () => {
    const directory = temporaryFolder();
    Ledger.create(directory, await newRunOf()).close();
    const file = new Database(join(directory, 'system.db'));
    file.exec('PRAGMA user_version = 99');
    expect(() => Ledger.open(directory)).toThrow(
      `system.db has schema 99, this mu2net reads schema ${SCHEMA_VERSION}`,
    );
    expect(codeOf(() => Ledger.open(directory))).toBe('RUN_SCHEMA');
    file.exec(`PRAGMA user_version = ${SCHEMA_VERSION}`);
    file.close();
    expect(readRun(parseAddress(directory), (ledger) => ledger.tasks())).toHaveLength(3);
  });

  test('with a file that is not a record is RUN_CORRUPT', () => {
    for (const content of ['', 'not a database, but a text that someone put here'.repeat(100)]) {
      const directory = temporaryFolder();
      writeFileSync(join(directory, 'system.db'), content);
      expect(codeOf(() => Ledger.open(directory))).toBe('RUN_CORRUPT');
    }
  });

  test('has no run after a failed creation, and can be used again', async () => {
    const directory = temporaryFolder();
    const founding = await newRunOf();
    const [task] = founding.tasks;
    if (!task || !founding.root) throw new Error('the founding is whole');
    const twice = [...founding.root.components, ...founding.root.components];
    const broken = { ...founding, root: { ...founding.root, components: twice } };
    expect(() => Ledger.create(directory, broken)).toThrow('UNIQUE');
    expect(existsSync(join(directory, 'system.db'))).toBe(false);
    expect(codeOf(() => Ledger.open(directory))).toBe('RUN_UNKNOWN');
    Ledger.create(directory, founding).close();
    expect(readRun(parseAddress(directory), (ledger) => ledger.paths())).toHaveLength(1);
  });

  test('ignores files of an interrupted creation', async () => {
    const directory = join(temporaryFolder(), 'run');
    mkdirSync(directory);
    for (const name of ['system.db.draft', 'system.db.draft-journal']) {
      writeFileSync(join(directory, name), 'half of a page');
    }
    Ledger.create(directory, await newRunOf()).close();
    expect(readRun(parseAddress(directory), (ledger) => ledger.tasks())).toHaveLength(3);
    expect(readdirSync(directory).filter((name) => name.includes('draft'))).toEqual([]);
  });
});
