import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { experimentOf, poolOf } from '../../../tests/support/experiments.js';
import { growDirectory, temporaryFolder } from '../../../tests/support/runs.js';
import { readXml } from '../../../tests/support/xml.js';
import { type ChildRow, openRun, type Run } from '../index.js';

const folder = temporaryFolder();
const out = join(folder, 'out');
let run: Run;
let children: readonly ChildRow[];

beforeAll(async () => {
  const experiment = experimentOf({ taskIterations: 1 });
  const pool = poolOf(experiment, { diverging: new Set([2]) });
  run = openRun(await growDirectory(experiment, { folder, pool }));
  children = run.children();
});

/** Returns the rows of a table of the record, as objects. */
function rowsOf(name: string): readonly Readonly<Record<string, unknown>>[] {
  const table = run.records().find((each) => each.name === name);
  expect(table, name).toBeDefined();
  return (table?.rows ?? []).map((row) =>
    Object.fromEntries(table?.columns.map((column, at) => [column.name, row[at]]) ?? []),
  );
}

describe('the tables of a record', () => {
  it('have every child with its hyperparameters, its curve and its verdict', () => {
    const rows = rowsOf('children');
    expect(rows).toHaveLength(children.length);
    children.forEach(({ components, hyperparameters, ...child }, at) => {
      expect(rows[at]).toMatchObject({ ...child, ...hyperparameters });
      expect(rowsOf('validations').filter(({ pathId }) => pathId === child.pathId)).toEqual(
        child.qualities.map((quality, validation) => ({
          ...{ pathId: child.pathId, task: child.task },
          ...{ validation, quality },
        })),
      );
    });
    expect(rows.find(({ pathId }) => pathId === 2)?.failure).toEqual(expect.any(String));
    expect(rowsOf('child_components')).toHaveLength(
      children.reduce((sum, { components }) => sum + components.length, 0),
    );
  });

  it('have the value of every cell in the type of its column', () => {
    const fits = {
      text: (cell: unknown) => typeof cell === 'string',
      integer: Number.isInteger,
      number: (cell: unknown) => typeof cell === 'number',
      boolean: (cell: unknown) => typeof cell === 'boolean',
      time: (cell: unknown) => typeof cell === 'string' && !Number.isNaN(Date.parse(cell)),
      integers: (cell: unknown) => Array.isArray(cell) && cell.every(Number.isInteger),
      numbers: (cell: unknown) => Array.isArray(cell) && cell.every((x) => typeof x === 'number'),
    };
    for (const { name, columns, rows } of run.records()) {
      columns.forEach((column, at) => {
        const wrong = rows.filter((row) => row[at] !== null && !fits[column.type](row[at]));
        expect(wrong, `${name}.${column.name}`).toEqual([]);
      });
    }
  });

  it('say which models are alive, what they use, and how they did', () => {
    const living = rowsOf('paths').filter((row) => row.living && row.task !== null);
    const board = run.leaderboard().rows;
    expect(living.map(({ pathId }) => pathId).sort()).toEqual(
      board.map(({ pathId }) => pathId).sort(),
    );
    const known = new Set(rowsOf('components').map(({ componentId }) => componentId));
    for (const { componentId } of rowsOf('path_components')) expect(known).toContain(componentId);
    expect(rowsOf('evaluations').map(({ accuracy }) => accuracy)).toEqual(
      expect.arrayContaining(board.map(({ testAccuracy }) => testAccuracy)),
    );
    for (const { task, majorityAccuracy, probeAccuracy } of board) {
      expect(rowsOf('tasks')).toContainEqual(
        expect.objectContaining({ task, majorityAccuracy, probeAccuracy }),
      );
    }
    expect(rowsOf('settings')).toContainEqual({ key: 'method.samplesPerTask', value: '6' });
  });
});

describe('a record', () => {
  it('is written as JSON Lines that are the tables', async () => {
    const files = await run.writeRecords({ format: 'jsonl', out: join(out, 'jsonl') });
    expect(files).toHaveLength(run.records().length);
    const written = readFileSync(join(out, 'jsonl', 'children.jsonl'), 'utf8')
      .trimEnd()
      .split('\n');
    expect(written.map((line) => JSON.parse(line))).toEqual(rowsOf('children'));
  });

  it('is written as CSV, of the selected children alone', async () => {
    const folderOf = (name: string) => join(out, name);
    await run.writeRecords({ format: 'csv', out: folderOf('csv'), task: 'b', retained: false });
    const lines = readFileSync(join(folderOf('csv'), 'children.csv'), 'utf8')
      .trimEnd()
      .split('\n');
    const discarded = children.filter(({ task, retained }) => task === 'b' && !retained);
    expect(lines.slice(1).map((line) => Number(line.split(',')[0]))).toEqual(
      discarded.map(({ pathId }) => pathId),
    );
  });

  it('is written as a graph whose edges join its models and components', async () => {
    const file = join(out, 'deep', 'lineage.graphml');
    expect(await run.writeRecords({ format: 'graphml', out: file })).toEqual([file]);
    const elements = readXml(readFileSync(file, 'utf8').replace(/^<\?.*\n/, ''));
    const named = (name: string) => elements.filter((each) => each.name === name);
    const ids = named('node').map(({ attributes }) => attributes.get('id'));
    expect(new Set(ids).size).toBe(ids.length);
    for (const { pathId } of children) expect(ids).toContain(`path ${pathId}`);
    const edges = named('edge').map(({ attributes }) => attributes);
    for (const { pathId, parentId } of children) {
      const parents = edges.filter((edge) => edge.get('target') === `path ${pathId}`);
      expect(parents.map((edge) => edge.get('source'))).toEqual([`path ${parentId}`]);
    }
    for (const edge of edges) {
      expect(ids).toContain(edge.get('source'));
      expect(ids).toContain(edge.get('target'));
    }
    const { nodes, edges: rows } = run.lineage();
    expect([ids.length, edges.length]).toEqual([nodes.rows.length, rows.rows.length]);
    expect(rows.rows.map(([, , kind]) => kind)).toContain('copied');
  });
});
