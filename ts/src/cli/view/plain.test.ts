import { expect, it } from 'vitest';
import { plainLine } from './plain.js';

it('reports the result of a child in a line', () => {
  const child = {
    type: 'child',
    task: 'mnist',
    pathId: 3,
    qualities: [0.5, 0.61],
    score: 0.61,
    retained: true,
    failure: null,
    trainSeconds: 3.2,
  } as const;
  expect(plainLine(child)).toBe('mnist  path 3  0.5000 0.6100  retained  3 s');
  expect(plainLine({ ...child, retained: false, failure: 'the loss is not finite' })).toBe(
    'mnist  path 3  failed: the loss is not finite',
  );
});

it('reports the test of a task in a line', () => {
  expect(plainLine({ type: 'tested', task: 'mnist', pathId: 3, correct: 951, total: 1000 })).toBe(
    'mnist  test  95.10 %  951 of 1,000 images  path 3',
  );
});

it('reports no progress', () => {
  expect(plainLine({ type: 'progress', pathId: 1, step: 1, steps: 2, qualities: [] })).toBeNull();
});
