import Database from 'libsql';
import { expect, test } from 'vitest';
import { SCHEMA, VIEWS } from './schema.js';

test.each([
  'SELECT measurement FROM measurements WHERE path = 5',
  'SELECT * FROM children WHERE path = 5',
  "SELECT * FROM components WHERE id IN (SELECT value FROM json_each('[]'))",
  'SELECT * FROM generations WHERE iteration = 3',
])('a look-up does not read a whole table: %s', (sql) => {
  const database = new Database(':memory:');
  database.exec(SCHEMA + VIEWS);
  const plan = database.prepare(`EXPLAIN QUERY PLAN ${sql}`).all() as { detail: string }[];
  const steps = plan.map(({ detail }) => detail);
  expect(steps).toContainEqual(expect.stringContaining('SEARCH t USING INDEX'));
  expect(steps).not.toContainEqual(expect.stringContaining('SCAN t'));
  database.close();
});
