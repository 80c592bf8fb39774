import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'libsql';
import { describe, expect, it } from 'vitest';
import { SCHEMA, SCHEMA_VERSION } from '../../ts/src/state/record/schema.js';
import { ROOT } from './markdown.js';

const page = readFileSync(join(ROOT, 'docs', 'record.md'), 'utf8');

/** Returns the columns of every table that the schema creates. */
function readSchema(): ReadonlyMap<string, readonly string[]> {
  const database = new Database(':memory:');
  try {
    database.exec(SCHEMA);
    const tables = database
      .prepare("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'")
      .all() as readonly { readonly name: string }[];
    const columnsOf = (table: string) =>
      (database.pragma(`table_info(${table})`) as readonly { readonly name: string }[]).map(
        ({ name }) => name,
      );
    return new Map(tables.map(({ name }) => [name, columnsOf(name)]));
  } finally {
    database.close();
  }
}

/** The columns that the page describes, by table. */
const described = new Map(
  [...page.matchAll(/^### `(\w+)`$([\s\S]*?)(?=^##|$(?![\s\S]))/gm)].map(
    ([, table = '', section = '']) => [
      table,
      [...section.matchAll(/^\| `(\w+)` \| \S/gm)].map(([, column = '']) => column),
    ],
  ),
);

describe('docs/record.md', () => {
  it('describes every table and column of the schema, in order', () => {
    expect(Object.fromEntries(described)).toEqual(Object.fromEntries(readSchema()));
  });

  it('names the version of the schema and of each migration', () => {
    expect(page).toContain(`Its version is ${SCHEMA_VERSION};`);
    const versions = [...page.matchAll(/^\| (\d+) \| \S/gm)].map(([, version]) => Number(version));
    expect(versions).toEqual(Array.from({ length: SCHEMA_VERSION }, (_, nth) => nth + 1));
  });
});
