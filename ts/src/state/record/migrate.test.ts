import { rmSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'libsql';
import { expect, test } from 'vitest';
import { experimentOf, poolOf, taskOf } from '../../../../tests/support/experiments.js';
import { growDirectory, recordOf, temporaryFolder } from '../../../../tests/support/runs.js';
import { createBranch } from '../../branches/branch.js';
import { resumeRun } from '../../run/session.js';
import { lockRun } from '../lock/lock.js';
import { parseAddress } from '../runs.js';
import { copyRecord } from './connection.js';
import { Ledger, readRun } from './ledger.js';
import { recallSystem } from './recall.js';

/** The tables of schema 1. */
const SCHEMA_1 = `
CREATE TABLE experiments (id INTEGER PRIMARY KEY, experiment TEXT NOT NULL, first_iteration INTEGER NOT NULL, created_at TEXT NOT NULL) STRICT;
CREATE TABLE tasks (name TEXT PRIMARY KEY, task TEXT NOT NULL) STRICT;
CREATE TABLE components (id TEXT PRIMARY KEY, name TEXT NOT NULL, parameters INTEGER NOT NULL, params TEXT NOT NULL, trace TEXT) STRICT;
CREATE TABLE paths (id INTEGER PRIMARY KEY, task TEXT, parent INTEGER REFERENCES paths (id), iteration INTEGER, hyperparameters TEXT NOT NULL, components TEXT NOT NULL, quality REAL, score REAL) STRICT;
CREATE TABLE measurements (path INTEGER PRIMARY KEY, measurement TEXT NOT NULL) STRICT;
CREATE TABLE generations (iteration INTEGER NOT NULL, generation INTEGER NOT NULL, data TEXT NOT NULL, seed_paths TEXT NOT NULL, PRIMARY KEY (iteration, generation)) STRICT;
CREATE TABLE children (path INTEGER PRIMARY KEY, parent INTEGER NOT NULL REFERENCES paths (id), task TEXT NOT NULL, iteration INTEGER NOT NULL, generation INTEGER NOT NULL, child TEXT NOT NULL, retained INTEGER NOT NULL) STRICT;
CREATE TABLE iterations (id INTEGER PRIMARY KEY, task TEXT NOT NULL, best INTEGER NOT NULL REFERENCES paths (id), ended_at TEXT NOT NULL) STRICT;
CREATE TABLE evaluations (id INTEGER PRIMARY KEY, path INTEGER NOT NULL REFERENCES paths (id), split TEXT NOT NULL, correct INTEGER NOT NULL, total INTEGER NOT NULL, evaluated_at TEXT NOT NULL) STRICT;
CREATE TABLE stored (digest TEXT PRIMARY KEY) STRICT, WITHOUT ROWID;
CREATE INDEX children_of ON children (parent, task);
CREATE INDEX paths_of ON paths (task);
CREATE INDEX evaluations_of ON evaluations (path, split);
PRAGMA user_version = 1;
`;

/** Rewrites the record of a run without branches in schema 1. */
function toSchema1(directory: string): void {
  const file = join(directory, 'system.db');
  copyRecord(file, `${file}.new`);
  for (const part of ['', '-wal', '-shm']) rmSync(file + part, { force: true });
  const database = new Database(file);
  database.exec('PRAGMA journal_mode = WAL');
  database.exec(SCHEMA_1);
  database.exec(`ATTACH '${file}.new' AS new`);
  const tables = database.prepare("SELECT name FROM main.sqlite_master WHERE type = 'table'").all();
  for (const { name } of tables as { name: string }[]) {
    const columns = database.prepare(`SELECT name FROM pragma_table_info('${name}')`).all();
    const list = (columns as { name: string }[]).map((each) => each.name).join(', ');
    database.exec(
      `INSERT OR REPLACE INTO main.${name} (${list}) SELECT ${list} FROM new.${name} ORDER BY 1`,
    );
  }
  database.exec(`
UPDATE experiments SET experiment = json_remove(experiment, '$.cycles', '$.checkpoint', '$.method.module',
  '$.method.policies', '$.method.adaptersRemovable', '$.method.maxTaskPopulation',
  '$.method.warmupStart', '$.method.normaliseFirst', '$.method.score.flopsReference',
  '$.method.defaults.ds_quality_delta');
UPDATE paths SET hyperparameters = json_remove(hyperparameters, '$.ds_quality_delta');
UPDATE generations SET data = json_remove(data, '$.ds_quality_delta');
UPDATE children SET child = json_remove(child, '$.hyperparameters.ds_quality_delta');`);
  database.close();
}

/** Rewrites a record in schema 2; `module` is the module of its method. */
function toSchema2(directory: string, module: string | null = null): void {
  const database = new Database(join(directory, 'system.db'));
  database.exec(
    'ALTER TABLE evaluations DROP COLUMN outcomes; DROP TABLE scores; DROP TABLE store; DROP TABLE baselines; PRAGMA user_version = 2',
  );
  if (module !== null) {
    const text = `json_set(experiment, '$.method.module', '${module}')`;
    database.exec(`UPDATE experiments SET experiment = ${text}`);
  }
  database.close();
}

/** Reads the definition of every column of a record. */
function columnsOf(directory: string): unknown {
  const database = new Database(join(directory, 'system.db'));
  const columns = database
    .prepare(
      `SELECT t.name AS of, c.* FROM sqlite_master t, pragma_table_info(t.name) c
       WHERE t.type = 'table' ORDER BY t.name, c.cid`,
    )
    .all();
  database.close();
  return columns;
}

/** Removes the outcomes of single predictions from a record. */
function withoutOutcomes(record: ReturnType<typeof recordOf>): ReturnType<typeof recordOf> {
  return {
    ...record,
    evaluations: record.evaluations.map((each) => ({ ...each, outcomes: null })),
  };
}

const first = experimentOf({ taskIterations: 1, tasks: [taskOf('a'), taskOf('b')] });
const pool = poolOf(experimentOf());

/** Creates a run that continues another run and stops in the middle of a generation. */
async function createContinuedRun(): Promise<string> {
  const folder = temporaryFolder();
  const continueFrom = await growDirectory(first, { folder, pool });
  const experiment = experimentOf({
    seed: 2,
    taskIterations: 1,
    tasks: ['c', 'a'].map((name) => taskOf(name)),
    continueFrom,
  });
  const stop = new AbortController();
  const running = growDirectory(experiment, {
    folder,
    name: 'second',
    pool,
    signal: stop.signal,
    onEvent: (event) => event.type === 'progress' && event.pathId === 20 && stop.abort(),
  });
  await expect(running).rejects.toMatchObject({ code: 'CANCELLED' });
  return join(folder, 'second');
}

test('a run of schema 1 is migrated when it is opened, and goes on as it would have', async () => {
  const [directory, same] = [await createContinuedRun(), await createContinuedRun()];
  const before = withoutOutcomes(readRun(parseAddress(directory), recordOf));
  expect(before.children).toHaveLength(18);
  const pending = readRun(parseAddress(directory), (ledger) => ledger.pendingMeasurements());
  expect(pending).toHaveLength(1);
  toSchema1(directory);
  const lock = lockRun(directory);
  expect(() => Ledger.open(directory)).toThrow(expect.objectContaining({ code: 'RUN_LOCKED' }));
  lock.release();
  const after = readRun(parseAddress(directory), recordOf);
  expect(after).toEqual({ ...before, experiments: after.experiments });
  expect(after.experiments.map(({ firstIteration }) => firstIteration)).toEqual([0, 2]);
  expect(readRun(parseAddress(directory), (ledger) => ledger.pendingMeasurements())).toEqual(
    pending,
  );
  const owners = (place: string) =>
    readRun(parseAddress(place), (ledger) =>
      ledger.experiments().map(({ id, base, point }) => ({ id, base, point })),
    );
  expect(owners(directory)).toEqual(owners(same));
  createBranch(parseAddress(directory), 'earlier', { at: '2' });
  for (const each of [directory, same]) await resumeRun(parseAddress(each), { pool });
  const finished = (record: ReturnType<typeof recordOf>) => {
    const { experiments, stored, ...rest } = withoutOutcomes(record);
    return rest;
  };
  expect(finished(readRun(parseAddress(directory), recordOf))).toEqual(
    finished(readRun(parseAddress(same), recordOf)),
  );
  await resumeRun(parseAddress(`${directory}:earlier`), { pool });
  expect(readRun(parseAddress(`${directory}:earlier`), recallSystem)).toEqual(
    readRun(parseAddress(directory), recallSystem),
  );
});

test('opening migrates a run of schema 2, which then records the outcome of each prediction', async () => {
  const folder = temporaryFolder();
  const directory = await growDirectory(first, { folder, name: 'earlier', pool });
  const columns = columnsOf(directory);
  const before = readRun(parseAddress(directory), recordOf);
  toSchema2(directory);
  expect(columnsOf(directory)).not.toEqual(columns);
  expect(readRun(parseAddress(directory), recordOf)).toEqual(withoutOutcomes(before));
  expect(columnsOf(directory)).toEqual(columns);
  createBranch(parseAddress(directory), 'again', { at: '1' });
  await resumeRun(parseAddress(`${directory}:again`), { pool });
  const evaluations = readRun(parseAddress(`${directory}:again`), (ledger) => ledger.evaluations());
  const [, told] = before.evaluations;
  expect(evaluations.map(({ outcomes }) => outcomes)).toEqual([null, told?.outcomes]);
});

test('opening migrates a run of schema 3, which had no scores of living models', async () => {
  const directory = await growDirectory(first, { folder: temporaryFolder(), pool });
  const [columns, before] = [columnsOf(directory), readRun(parseAddress(directory), recordOf)];
  const database = new Database(join(directory, 'system.db'));
  database.exec(
    'DROP TABLE scores; DROP TABLE store; DROP TABLE baselines; PRAGMA user_version = 3',
  );
  database.close();
  expect(readRun(parseAddress(directory), recordOf)).toEqual(before);
  expect(columnsOf(directory)).toEqual(columns);
});

test('opening migrates a run of schema 6, which had no outcomes of baselines', async () => {
  const directory = await growDirectory(first, { folder: temporaryFolder(), pool });
  const [columns, before] = [columnsOf(directory), readRun(parseAddress(directory), recordOf)];
  const database = new Database(join(directory, 'system.db'));
  database.exec('ALTER TABLE baselines DROP COLUMN outcomes; PRAGMA user_version = 6');
  database.close();
  expect(readRun(parseAddress(directory), recordOf)).toEqual(before);
  expect(columnsOf(directory)).toEqual(columns);
  const baselineOf = (ledger: Ledger) => ledger.tasks().map((task) => ledger.baseline(task));
  for (const baseline of readRun(parseAddress(directory), baselineOf)) {
    expect(baseline?.outcomes).toBeNull();
    expect(baseline?.probe).toBeGreaterThan(0);
  }
});

test('a module of schema 2 has no hash', async () => {
  const directory = await growDirectory(first, { folder: temporaryFolder(), pool });
  toSchema2(directory, '/methods/own.js');
  const [own] = readRun(parseAddress(directory), (ledger) => ledger.experiments());
  const module = { file: '/methods/own.js', sha256: null };
  expect(own?.experiment).toEqual({ ...first, method: { ...first.method, module } });
});
