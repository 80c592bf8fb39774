import { expect, it } from 'vitest';
import { plainLine } from './plain.js';

it('says in a line what happened to a child', () => {
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

it('says in a line how a task was tested', () => {
  expect(plainLine({ type: 'tested', task: 'mnist', pathId: 3, correct: 951, total: 1000 })).toBe(
    'mnist  test  95.10 %  951 of 1,000 images  path 3',
  );
});

it('has no line for progress', () => {
  expect(plainLine({ type: 'progress', pathId: 1, step: 1, steps: 2, qualities: [] })).toBeNull();
});
