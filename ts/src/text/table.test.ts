import pc from 'picocolors';
import { describe, expect, it } from 'vitest';
import { fitTable, pairs, table } from './table.js';
import { widthOf } from './wrap.js';

const { bold } = pc.createColors(true);

it('aligns words on the left and numbers on the right', () => {
  const columns = [{ title: 'task' }, { title: 'test', numeric: true }, { title: 'lineage' }];
  expect(
    table(columns, [
      ['mnist', '95.10 %', 'root'],
      ['digits', '9 %', ''],
    ]),
  ).toEqual(['task       test  lineage', 'mnist   95.10 %  root', 'digits      9 %']);
});

it('gives colours no width', () => {
  const [, first, second] = table([{ title: 'n', numeric: true }], [[bold('1')], ['10']]);
  expect([first, second]).toEqual([` ${bold('1')}`, '10']);
});

it('gives a wide character two columns', () => {
  const columns = [{ title: 'task' }, { title: 'test', numeric: true }];
  expect(
    table(columns, [
      ['手書き数字', '9 %'],
      ['é́mnist', '10 %'],
    ]),
  ).toEqual(['task        test', '手書き数字   9 %', 'é́mnist      10 %']);
});

it('puts the values of pairs under each other', () => {
  expect(
    pairs([
      ['a', '1'],
      ['long', '2'],
    ]),
  ).toEqual(['a     1', 'long  2']);
});

it('wraps the values of pairs between words, and breaks no path', () => {
  const path = '/a/very/long/path/that/does/not/fit/into/the/line';
  expect(pairs([['name', `four words in ${path}`]], 28)).toEqual([
    'name  four words in',
    `      ${path}`,
  ]);
});

describe('a table in a narrow terminal', () => {
  const columns = [
    { title: 'task' },
    { title: 'test', numeric: true },
    { title: 'score', numeric: true, leaves: 2 },
    { title: 'accounted', numeric: true, leaves: 1 },
    { title: 'lineage', flexible: true },
  ];
  const rows = [
    ['mnist', '95.10 %', '0.9512', '1.07 M', 'root → mnist'],
    ['digits', '89.69 %', '0.8969', '1.07 M', 'root → mnist → emnist → digits'],
  ];

  it('is whole where there is room, or no terminal', () => {
    const { titles, lines, hidden } = fitTable(columns, rows);
    expect(hidden).toEqual([]);
    expect([...titles, ...lines]).toEqual(table(columns, rows));
    expect(fitTable(columns, rows, 80)).toEqual(fitTable(columns, rows));
  });

  it('wraps what is flexible', () => {
    expect(fitTable(columns, rows, 60)).toEqual({
      titles: ['task       test   score  accounted  lineage'],
      lines: [
        'mnist   95.10 %  0.9512     1.07 M  root → mnist',
        'digits  89.69 %  0.8969     1.07 M  root → mnist → emnist →',
        '                                    digits',
      ],
      hidden: [],
    });
  });

  it('leaves columns out in their order, and names them', () => {
    expect(fitTable(columns, rows, 50).hidden).toEqual(['accounted']);
    expect(fitTable(columns, rows, 40).hidden).toEqual(['score', 'accounted']);
  });

  it('is a block per row where nothing else fits, and shows every column', () => {
    expect(fitTable(columns, rows, 30)).toEqual({
      titles: [],
      lines: [
        'mnist',
        '  test       95.10 %',
        '  score      0.9512',
        '  accounted  1.07 M',
        '  lineage    root → mnist',
        'digits',
        '  test       89.69 %',
        '  score      0.8969',
        '  accounted  1.07 M',
        '  lineage    root → mnist →',
        '             emnist → digits',
      ],
      hidden: [],
    });
  });

  it.each([24, 30, 40, 50, 60, 70])('keeps within %i columns', (width) => {
    const { titles, lines } = fitTable(columns, rows, width);
    expect(Math.max(...[...titles, ...lines].map(widthOf))).toBeLessThanOrEqual(width);
  });
});
