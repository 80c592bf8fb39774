import { expect, test } from 'vitest';
import { graphLines } from './graph.js';

const entry = (id: string, parent: string | null, time: number, kind = 'iteration') => ({
  id,
  parent,
  kind,
  time: new Date(time).toISOString(),
});
const draw = (entries: readonly ReturnType<typeof entry>[]) =>
  graphLines(entries, ({ id }) => [id]);

test('one branch is one line, latest entry first', () => {
  expect(draw([entry('a', null, 0, 'begun'), entry('b', 'a', 1), entry('c', 'b', 2)])).toEqual([
    '●  c',
    '●  b',
    '○  a',
  ]);
});

test('branches join at the point where they began, in any order', () => {
  const entries = [
    entry('a', null, 0, 'begun'),
    entry('b', 'a', 1),
    entry('x', 'a', 2, 'begun'),
    entry('y', 'x', 5),
    entry('z', 'a', 3, 'begun'),
    entry('c', 'b', 4),
  ];
  expect(draw(entries)).toEqual([
    '●  y',
    '│ ●  c',
    '│ │ ○  z',
    '○ │ │  x',
    '│ ● │  b',
    '├─┴─╯',
    '○      a',
  ]);
});

test('a line crosses the lines that it does not join', () => {
  const entries = [
    entry('a', null, 0),
    entry('b', 'a', 1),
    entry('c', 'b', 2),
    entry('d', 'a', 3),
    entry('e', 'b', 4),
  ];
  expect(draw(entries)).toEqual([
    '●  e',
    '│ ●  d',
    '│ │ ●  c',
    '├─┼─╯',
    '● │    b',
    '├─╯',
    '●    a',
  ]);
});

test('more lines of text follow the first, beside the graph', () => {
  const lines = graphLines([entry('a', null, 0), entry('b', 'a', 1)], ({ id }) => [
    id,
    `more ${id}`,
  ]);
  expect(lines).toEqual(['●  b', '│  more b', '●  a', '   more a']);
});

test('a text that is too wide for the terminal is wrapped beside the graph', () => {
  const entries = [entry('a', null, 0, 'begun'), entry('b', 'a', 1)];
  const lines = graphLines(entries, ({ id }) => [`${id} has a text of six words`], 24);
  expect(lines).toEqual([
    '●  b has a text of six',
    '│  words',
    '○  a has a text of six',
    '   words',
  ]);
});
