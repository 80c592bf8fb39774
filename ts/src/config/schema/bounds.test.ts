import { describe, expect, it } from 'vitest';
import { LIMITS, request } from '../../../../protocol/index.js';
import { catalogueNames } from '../../catalogue/index.js';
import { type ConfigInput, defineExperiment } from '../index.js';

const own = { name: 'own', source: { kind: 'folder', path: 'own' } } as const;
const define = (more: object) =>
  defineExperiment({ name: 'x', tasks: ['digits'], ...more } as ConfigInput, {
    dataMustExist: false,
  });

/** Quantities of a configuration, and the largest value that each may have. */
const BOUNDS: readonly (readonly [string, number, (value: number) => object])[] = [
  ['seed', 0xffff_ffff, (seed) => ({ seed })],
  [
    'taskIterations',
    10_000,
    (taskIterations) => ({ taskIterations, method: { samplesPerTask: 1 } }),
  ],
  ['cycles', 10_000, (cycles) => ({ cycles, method: { samplesPerTask: 1 } })],
  ['method.width', LIMITS.cohort, (width) => ({ method: { width } })],
  ['method.samplesPerTask', 1_000_000, (samplesPerTask) => ({ method: { samplesPerTask } })],
  ['method.maxTaskPopulation', 1_000_000, (most) => ({ method: { maxTaskPopulation: most } })],
  ['training.batchSize', LIMITS.batchSize, (batchSize) => ({ training: { batchSize } })],
  [
    'training.validationsPerChild',
    LIMITS.validations,
    (validationsPerChild) => ({ training: { validationsPerChild } }),
  ],
  [
    'training.maxTrainExamplesBetweenValidations',
    LIMITS.examples,
    (most) => ({ training: { maxTrainExamplesBetweenValidations: most } }),
  ],
  [
    'training.maxValidationExamples',
    LIMITS.examples,
    (maxValidationExamples) => ({ training: { maxValidationExamples } }),
  ],
  [
    'hyperparameters.adapter_dim',
    LIMITS.adapterDim,
    (adapter_dim) => ({ hyperparameters: { adapter_dim } }),
  ],
  [
    'hyperparameters.ds_image_size',
    LIMITS.imageSize,
    (ds_image_size) => ({ hyperparameters: { ds_image_size } }),
  ],
  [
    'tasks.0.facts.numClasses',
    LIMITS.classes,
    (numClasses) => ({
      tasks: [{ ...own, facts: { numClasses, examples: { train: 1, validation: 1, test: 1 } } }],
    }),
  ],
  [
    'tasks.0.facts.examples.train',
    LIMITS.examples,
    (train) => ({
      tasks: [{ ...own, facts: { numClasses: 2, examples: { train, validation: 1, test: 1 } } }],
    }),
  ],
];

describe('a quantity of a configuration', () => {
  it.each(BOUNDS)('%s has a bound, which its error names', (key, largest, configOf) => {
    expect(() => define(configOf(largest))).not.toThrow();
    for (const beyond of [largest + 1, 4e9 + largest]) {
      expect(() => define(configOf(beyond))).toThrow(
        `${key} must be ${largest} or less, not ${beyond}`,
      );
    }
  });

  it('root.architecture has a bound for the side of a patch', () => {
    expect(() => define({ root: { architecture: 'Ti/4000000000' } })).toThrow(
      `the side of a patch must be ${LIMITS.imageSize} or less`,
    );
  });

  it('has a bound together with the others', () => {
    expect(() => define({ taskIterations: 10_000, cycles: 10_000 })).toThrow(
      /^the experiment has 3200000000 children \(1 tasks × .*; it must have 10000000 or less$/,
    );
  });

  it('that a message carries has the same bound there', () => {
    const of = (splits: number, numClasses: number) => ({
      kind: 'inspect',
      task: {
        name: 'own',
        source: own.source,
        splits: { train: 'x'.repeat(splits), validation: 'a', test: 'a' },
        numClasses,
      },
    });
    expect(request.safeParse(of(LIMITS.splitExpression, LIMITS.classes)).success).toBe(true);
    expect(request.safeParse(of(LIMITS.splitExpression + 1, 1)).success).toBe(false);
    expect(request.safeParse(of(1, LIMITS.classes + 1)).success).toBe(false);
  });
});

describe('a text of a configuration', () => {
  const splits = (train: string) => ({
    tasks: [{ ...own, splits: { train, validation: 'a', test: 'b' } }],
  });

  it.each([
    ['name', 100, (text: string) => ({ name: text })],
    ['tasks.0.name', 200, (text: string) => ({ tasks: [{ ...own, name: text }] })],
    ['tasks.0.splits.train', LIMITS.splitExpression, splits],
    [
      'tasks.0.source.path',
      4_096,
      (path: string) => ({ tasks: [{ name: 'own', source: { kind: 'folder', path } }] }),
    ],
  ] as const)('%s has a bound, which its error names', (key, longest, configOf) => {
    expect(() => define(configOf('x'.repeat(longest)))).not.toThrow();
    expect(() => define(configOf('x'.repeat(longest + 1)))).toThrow(
      `${key} must have ${longest} characters or less, not ${longest + 1}`,
    );
  });

  it.each(['../up', 'a/../b', 'a//b', 'a/', '/a', '.hidden', 'a b', ''])(
    'cannot be the task name %j, which would leave its folder',
    (name) => {
      expect(() => define({ tasks: [{ ...own, name }] })).toThrow(/^tasks\.0\.name /);
    },
  );

  it.each(['../up', '.hidden', 'a/b', 'a b', ''])('cannot be the name %j', (name) => {
    expect(() => define({ name })).toThrow(/^name /);
  });

  it('has no NUL in a path', () => {
    const source = { kind: 'folder', path: 'a\0b' };
    expect(() => define({ tasks: [{ name: 'own', source }] })).toThrow(/path cannot be .*NUL/);
  });
});

it('the tasks of the catalogue are within the bounds', () => {
  const { experiment } = define({ tasks: catalogueNames() });
  expect(experiment.tasks).toHaveLength(catalogueNames().length);
});
