import { z } from 'zod';
import { architecture } from '../values/component.js';
import {
  batchSize,
  bytes,
  componentName,
  count,
  digest,
  nonNegative,
  positive,
  storeUrl,
} from '../values/scalars.js';
import { task } from '../values/task.js';

export const evaluatedComponent = z
  .strictObject({ name: componentName, paramsDigest: digest })
  .meta({
    id: 'EvaluatedComponent',
    description: 'A stored component of a path to evaluate, predict with or export.',
  });

/** A path, and the split on which it is tried. */
export const trial = {
  store: storeUrl,
  task,
  split: z.enum(['train', 'validation', 'test']),
  architecture,
  components: z.array(evaluatedComponent).min(1).describe('In forward order.'),
  batchSize,
};

export const evaluateRequest = z
  .strictObject({ kind: z.literal('evaluate'), ...trial })
  .meta({ id: 'EvaluateRequest', description: 'Judges the predictions of a path on a split.' });

export const evaluateResult = z
  .strictObject({
    kind: z.literal('evaluate'),
    correct: count.describe('Number of correct predictions.'),
    total: positive.describe('Number of examples.'),
    outcomes: bytes.describe(
      'A bit per example in the order of the split, 1: correct; the highest bit comes first.',
    ),
  })
  .meta({ id: 'EvaluateResult', description: 'Which predictions are correct, and how many.' });

export const baselineRequest = z
  .strictObject({
    kind: z.literal('baseline'),
    store: storeUrl,
    task,
    architecture,
    components: z
      .array(evaluatedComponent)
      .min(1)
      .describe('The components of a root model without its head, in forward order.'),
    batchSize,
  })
  .meta({ id: 'BaselineRequest', description: 'Measures what a model of a task should beat.' });

export const baselineResult = z
  .strictObject({
    kind: z.literal('baseline'),
    majority: count.describe('Test examples of the class that is most frequent in train.'),
    probe: count.describe(
      "Test examples that a linear classifier on the root model's features predicts correctly.",
    ),
    total: positive.describe('Number of test examples.'),
    outcomes: bytes.describe(
      'A bit per test example, 1: the linear classifier is correct; the highest bit comes first.',
    ),
  })
  .meta({ id: 'BaselineResult', description: 'Correct predictions without any evolution.' });

export const flopsRequest = z
  .strictObject({
    kind: z.literal('flops'),
    architecture,
    components: z.array(componentName).min(1).describe('In forward order.'),
  })
  .meta({
    id: 'FlopsRequest',
    description: "Counts the floating-point operations of a path's forward pass on one image.",
  });

export const flopsResult = z
  .strictObject({ kind: z.literal('flops'), flops: nonNegative })
  .meta({ id: 'FlopsResult', description: 'The operations of the forward pass.' });
