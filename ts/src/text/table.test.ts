import pc from 'picocolors';
import { expect, it } from 'vitest';
import { pairs, table } from './table.js';

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

it('puts the values of pairs under each other', () => {
  expect(
    pairs([
      ['a', '1'],
      ['long', '2'],
    ]),
  ).toEqual(['a     1', 'long  2']);
});
