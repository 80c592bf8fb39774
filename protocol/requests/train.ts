import { z } from 'zod';
import { architecture, component, trainedComponent } from '../values/component.js';
import { LIMITS } from '../values/limits.js';
import {
  count,
  finite,
  fraction,
  nonNegative,
  pathId,
  seed,
  storeUrl,
  text,
} from '../values/scalars.js';
import { task } from '../values/task.js';
import { augmentation, budget, optimizer } from '../values/training.js';

export const child = z
  .strictObject({
    pathId: pathId.describe('Path that this child becomes.'),
    architecture,
    components: z.array(component).min(1).describe('In forward order.'),
    optimizer,
    qualityBar: finite
      .nullable()
      .describe('A validation at or above it retains the child; null: it is always retained.'),
  })
  .meta({ id: 'Child', description: 'A path to train.' });

export const trainRequest = z
  .strictObject({
    kind: z.literal('train'),
    store: storeUrl,
    task,
    augmentation,
    budget,
    warmupStart: fraction.describe(
      'Share of the peak learning rate at which a warm-up starts and a linear schedule ends.',
    ),
    dataSeed: seed.describe('Orders the batches and draws the augmentations.'),
    children: z.array(child).min(1).max(LIMITS.cohort),
  })
  .meta({
    id: 'TrainRequest',
    description: 'Trains and validates a cohort: children that see the same batches.',
  });

export const trained = z
  .strictObject({
    kind: z.literal('trained'),
    pathId: pathId,
    qualities: z.array(fraction).describe('Top-1 accuracy at each validation.'),
    components: z
      .array(trainedComponent)
      .nullable()
      .describe('As they were at the best validation; null: the bar was not reached.'),
    trainSeconds: nonNegative.describe(
      'Share of the wall time; the shares of children that train together add up to it.',
    ),
    compilations: count.describe('XLA programs that were compiled for this child.'),
  })
  .meta({ id: 'Trained', description: 'A child that trained to the end.' });

export const diverged = z
  .strictObject({
    kind: z.literal('diverged'),
    pathId: pathId,
    qualities: z.array(fraction).describe('Validations before the loss stopped being finite.'),
    components: z
      .array(trainedComponent)
      .nullable()
      .describe(
        'The trained components as of the best of these validations, or as the child began if there is none and no quality bar; null: the bar was not reached.',
      ),
    reason: text,
  })
  .meta({ id: 'Diverged', description: 'A child whose loss stopped being finite.' });

export const measurement = z
  .discriminatedUnion('kind', [trained, diverged])
  .meta({ id: 'Measurement', description: 'The outcome of a child.' });

export const trainResult = z
  .strictObject({
    kind: z.literal('train'),
    measurements: z.array(measurement).describe('In the order of the requested children.'),
  })
  .meta({ id: 'TrainResult', description: 'The outcomes of a cohort.' });

/** The outcome of training a child, as a worker reports it. */
export type Measurement = z.infer<typeof measurement>;
/** A child to train. */
export type ChildRequest = z.infer<typeof child>;
