import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { blocksOf, ROOT } from '../docs/markdown.js';
import { PYTHON, type Room, TYPESCRIPT } from './rule.js';

/** A row of a table of rooms: a room, and what it may import. */
type Row = readonly [room: string, imports: readonly string[]];

const readPage = (path: string) => readFileSync(join(ROOT, path), 'utf8');

/** Returns the tables of a page that have the columns `room`, `may import` and `what it holds`. */
function tablesOf(text: string): readonly (readonly Row[])[] {
  const tables = text.matchAll(/^\| room \| may import \| what it holds \|\n.*\n((?:\|.*\n)+)/gm);
  return [...tables].map(([, rows = '']) => rows.trimEnd().split('\n').map(rowOf));
}

function rowOf(line: string): Row {
  const [room = '', imports = ''] = line.replace(/^\| /, '').split(' | ');
  const name = room.replaceAll('`', '').replace(/\/$|\.(py|ts)$/, '');
  return [name, imports === '–' ? [] : imports.split(', ')];
}

/** Returns the rows of the rooms that are no part of another; what is inside them is left out. */
function outerRows(rooms: Readonly<Record<string, Room>>): readonly Row[] {
  const names = Object.keys(rooms).filter((name) => !name.includes('/'));
  return names.map((name): Row => {
    const parts = [name, ...Object.keys(rooms).filter((part) => part.startsWith(`${name}/`))];
    const imports = parts.flatMap((part) => rooms[part]?.rooms ?? []);
    const outside = imports.filter((target) => !parts.includes(target));
    return [name, [...new Set(outside)].map((target) => (target === '*' ? 'all' : target))];
  });
}

/** Returns the rows of the rooms inside a room of the sidecar, named from there. */
function innerRows(outer: string): readonly Row[] {
  const named = (name: string) => name.replace(`${outer}/`, '');
  return Object.entries(PYTHON)
    .filter(([name]) => name.startsWith(`${outer}/`))
    .map(([name, { rooms }]): Row => [named(name), rooms.map(named)]);
}

describe('the tables of rooms', () => {
  it('in ARCHITECTURE.md say what the import rule says', () => {
    const tables = [outerRows(TYPESCRIPT), outerRows(PYTHON)];
    expect(tablesOf(readPage('ARCHITECTURE.md'))).toEqual(tables);
  });

  it.each([
    ['docs/design/engine.md', 'engine'],
    ['docs/design/images.md', 'data'],
  ])('in %s say what the import rule says', (page, room) => {
    expect(tablesOf(readPage(page))).toEqual([innerRows(room)]);
  });
});

describe('the picture in ARCHITECTURE.md', () => {
  it('names rooms that exist', () => {
    const [picture = ''] = blocksOf(readPage('ARCHITECTURE.md'), ['']);
    const named = [...picture.matchAll(/\b(\w+)\/ /g)].map(([, room = '']) => room);
    expect(named).toContain('evolution');
    expect(named.filter((room) => !(room in TYPESCRIPT) && !(room in PYTHON))).toEqual([]);
  });
});
