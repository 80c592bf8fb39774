import type { Connection } from './connection.js';
import { BASELINE_OUTCOMES, BASELINES, SCHEMA, SCHEMA_VERSION, SCORES, STORE } from './schema.js';

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

/** SQL for the experiment that was current during an iteration of schema 1. */
const experimentDuring = (iteration: string) =>
  `(SELECT max(id) FROM old_experiments WHERE first_iteration <= coalesce(${iteration}, 0))`;

/** Adds the fields of a method that schema 1 left out, because all methods were µ2Net. */
const EXPERIMENT = `json_insert(experiment, '$.cycles', 1, '$.checkpoint', NULL, '$.method.module', NULL,
  '$.method.policies', json('{}'), '$.method.adaptersRemovable', json('false'),
  '$.method.maxTaskPopulation', NULL, '$.method.warmupStart', 0.01,
  '$.method.normaliseFirst', json('true'), '$.method.score.flopsReference', NULL,
  '$.method.defaults.ds_quality_delta', 0)`;

/** Adds the hyperparameter that schema 1 did not have: the loss of JPEG quality. */
const hyperparameters = (column: string, at = '$') =>
  `json_insert(${column}, '${at}.ds_quality_delta', 0)`;

/** Schema 1 had no branches: each experiment continued from the end of the previous one. */
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

/** Schema 2 recorded neither the outcome of each prediction nor the hash of a method's module. */
const FROM_2 = `
ALTER TABLE evaluations ADD COLUMN outcomes BLOB;
UPDATE experiments SET experiment = json_set(experiment, '$.method.module',
  json_object('file', json_extract(experiment, '$.method.module'), 'sha256', NULL))
  WHERE json_type(experiment, '$.method.module') = 'text';
`;

/** The statements that lead from each schema to the next one; schema 1 is rebuilt as a whole. */
const STEPS: readonly (readonly [from: number, sql: string])[] = [
  [2, FROM_2],
  // Schema 3 did not record the scores of living models; a resumed run adds those of its own.
  [3, SCORES],
  // Until schema 4, the store was always the folder beside the record.
  [4, STORE],
  // Schema 5 did not record baselines; a resumed run measures those of tasks not tested yet.
  [5, BASELINES],
  // Schema 6 did not record which images the linear classifier gets right.
  [6, BASELINE_OUTCOMES],
];

/** Migrates a record from an earlier schema to the current one, completely or not at all. */
export function migrate(connection: Connection, version: number): void {
  // Foreign keys must not follow the renamed tables.
  connection.exec('PRAGMA foreign_keys = OFF; PRAGMA legacy_alter_table = ON');
  connection.write(() => {
    if (version === 1) rebuildFrom1(connection);
    else for (const [from, sql] of STEPS) if (from >= version) connection.exec(sql);
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
