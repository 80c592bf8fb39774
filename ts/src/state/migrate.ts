import type { Connection } from './connection.js';
import { SCHEMA, SCHEMA_VERSION } from './schema.js';

const TABLES = [
  'experiments',
  'tasks',
  'components',
  'paths',
  'measurements',
  'generations',
  'children',
  'iterations',
  'evaluations',
  'stored',
];

/** The experiment that was followed during an iteration of schema 1. */
const experimentDuring = (iteration: string) =>
  `(SELECT max(id) FROM old_experiments WHERE first_iteration <= coalesce(${iteration}, 0))`;

/** What schema 1 did not write down of a method, which was always µ2Net, because it could not vary. */
const EXPERIMENT = `json_insert(experiment, '$.cycles', 1, '$.checkpoint', NULL, '$.method.module', NULL,
  '$.method.policies', json('{}'), '$.method.adaptersRemovable', json('false'),
  '$.method.maxTaskPopulation', NULL, '$.method.warmupStart', 0.01,
  '$.method.normaliseFirst', json('true'), '$.method.score.flopsReference', NULL,
  '$.method.defaults.ds_quality_delta', 0)`;

/** Hyperparameters of schema 1, at a place of a column; it knew no loss of JPEG quality. */
const hyperparameters = (column: string, at = '$') =>
  `json_insert(${column}, '${at}.ds_quality_delta', 0)`;

/** Schema 1 had no branches: its experiments followed each other, each from the end of the last. */
const FROM_1 = `
INSERT INTO experiments SELECT id, lag(id) OVER (ORDER BY id), first_iteration, 0,
  iif(id = 1, 0, 1 + coalesce((SELECT max(path) FROM old_children WHERE iteration < first_iteration), 0)),
  '{"kind":"founded"}', ${EXPERIMENT}, first_iteration, created_at FROM old_experiments ORDER BY id;
INSERT INTO branches SELECT 1, 'main', max(id), max(created_at) FROM old_experiments;
INSERT INTO tasks SELECT (SELECT max(id) FROM old_experiments), name, task FROM old_tasks;
INSERT INTO paths SELECT ${experimentDuring('iteration')}, id, task, parent, iteration,
  ${hyperparameters('hyperparameters')}, components, quality, score FROM old_paths ORDER BY id;
INSERT INTO components SELECT ${experimentDuring(
  '(SELECT iteration FROM old_paths p WHERE p.id = CAST(c.id AS INTEGER))',
)}, * FROM old_components c ORDER BY rowid;
INSERT INTO measurements SELECT coalesce((SELECT ${experimentDuring('h.iteration')} FROM old_children h
  WHERE h.path = m.path), (SELECT max(id) FROM old_experiments)), * FROM old_measurements m;
INSERT INTO generations SELECT ${experimentDuring('iteration')}, iteration, generation,
  ${hyperparameters('data')}, seed_paths, '[]' FROM old_generations;
INSERT INTO children SELECT ${experimentDuring('iteration')}, path, parent, task, iteration, generation,
  ${hyperparameters('child', '$.hyperparameters')}, retained FROM old_children;
INSERT INTO iterations SELECT ${experimentDuring('id')}, * FROM old_iterations;
INSERT INTO evaluations SELECT id, (SELECT ${experimentDuring('p.iteration')} FROM old_paths p
  WHERE p.id = e.path), path, split, correct, total, evaluated_at, NULL FROM old_evaluations e;
INSERT INTO stored SELECT * FROM old_stored;
`;

/** Schema 2 said neither which predictions of an evaluation were correct nor what a module hashes to. */
const FROM_2 = `
ALTER TABLE evaluations ADD COLUMN outcomes BLOB;
UPDATE experiments SET experiment = json_set(experiment, '$.method.module',
  json_object('file', json_extract(experiment, '$.method.module'), 'sha256', NULL))
  WHERE json_type(experiment, '$.method.module') = 'text';
`;

/** Brings a record of an earlier schema to this one, whole or not at all. */
export function migrate(connection: Connection, version: number): void {
  // What refers to a renamed table must not follow it.
  connection.exec('PRAGMA foreign_keys = OFF; PRAGMA legacy_alter_table = ON');
  connection.write(() => {
    if (version === 1) rebuildFrom1(connection);
    else connection.exec(FROM_2);
    connection.exec(`PRAGMA user_version = ${SCHEMA_VERSION}`);
  });
}

function rebuildFrom1(connection: Connection): void {
  connection.exec(
    ['children_of', 'paths_of', 'evaluations_of'].map((name) => `DROP INDEX ${name};`).join(''),
  );
  connection.exec(TABLES.map((name) => `ALTER TABLE ${name} RENAME TO old_${name};`).join(''));
  connection.exec(SCHEMA);
  connection.exec(FROM_1);
  connection.exec(TABLES.map((name) => `DROP TABLE old_${name};`).join(''));
}
