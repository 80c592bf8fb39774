import { expect, it } from 'vitest';
import { appendRows } from './columns.js';

const document = (history: string, ids: readonly number[], tasks: readonly string[]) => ({
  ...{ run: 'a-run', history, tasks },
  pathId: ids,
  quality: ids.map((id) => id / 10),
  hyperparameters: { opt_lr: ids.map((id) => id + 0.5) } as Record<string, readonly number[]>,
});

it('adds later rows to those that are known', () => {
  const joined = appendRows(document('h', [1, 2], ['a']), document('h', [3], ['a', 'b']));
  expect(joined).toEqual(document('h', [1, 2, 3], ['a', 'b']));
});

it('asks to read everything again when the history is another one', () => {
  expect(appendRows(document('h', [1], ['a']), document('i', [2], ['a']))).toBeNull();
});

it('asks to read everything again when another hyperparameter varies', () => {
  const since = {
    ...document('h', [3], ['a']),
    hyperparameters: { opt_lr: [1], opt_momentum: [0] },
  };
  expect(appendRows(document('h', [1], ['a']), since)).toBeNull();
});
