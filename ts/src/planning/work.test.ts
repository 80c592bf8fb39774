import { expect, it } from 'vitest';
import { experimentOf, taskOf } from '../../../tests/support/experiments.js';
import { choicesOf } from '../../../tests/support/systems.js';
import { workOf } from './work.js';

const method = choicesOf({ samplesPerTask: 6 });
const facts = (train: number, validation: number) => ({
  facts: { numClasses: 3, examples: { train, validation, test: 1 } },
});

it('counts the batches of all children', () => {
  const tasks = [taskOf('a', facts(10_000, 1000)), taskOf('b', facts(100, 40))];
  const work = workOf(experimentOf({ method, tasks, taskIterations: 2, cycles: 3 }));
  // 36 children of each task, with 2 validations: 10 and 2 steps between them, 1 batch in each.
  expect(work).toEqual({ steps: 36 * 2 * (10 + 2), validationBatches: 36 * 2 * 2 });
});

it('is not known if the size of the data of a task is not', () => {
  expect(workOf(experimentOf({ method, tasks: [taskOf('a', { facts: null })] }))).toBeNull();
});
