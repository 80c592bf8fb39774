import { expect, it } from 'vitest';
import { confusionOf, mostConfused } from './confusion.js';

const examination = {
  ...{ run: 'a-run', task: 'letters', pathId: 3, total: 20, correct: 14, mistakes: [] },
  classNames: ['a', 'b', 'c'],
  cells: [
    { label: 0, predicted: 0, count: 9 },
    { label: 0, predicted: 2, count: 1 },
    { label: 1, predicted: 1, count: 5 },
    { label: 1, predicted: 0, count: 5 },
  ],
};

it('has a row for each label, also for one without images', () => {
  const { counts, totals } = confusionOf(examination);
  expect(counts).toEqual([
    [9, 0, 1],
    [5, 5, 0],
    [0, 0, 0],
  ]);
  expect(totals).toEqual([10, 10, 0]);
});

it('names the most frequent confusions first, and leaves out what is right', () => {
  const confused = mostConfused(confusionOf(examination), 5);
  expect(confused).toEqual([
    { label: 'b', predicted: 'a', count: 5, ofLabel: 0.5 },
    { label: 'a', predicted: 'c', count: 1, ofLabel: 0.1 },
  ]);
  expect(mostConfused(confusionOf(examination), 1)).toHaveLength(1);
});
