import { z } from 'zod';
import { LIMITS } from './limits.js';
import { batchSize, exampleCount, fraction, rate } from './scalars.js';

export const augmentation = z
  .strictObject({
    normaliseFirst: z
      .boolean()
      .describe('Whether colours vary as values in [-1, 1]; otherwise they vary as bytes.'),
    crop: z.boolean().describe('Whether to crop at random.'),
    areaRangeMin: fraction.describe('Smallest area of a crop, as a share of the image.'),
    aspectRatioRangeMin: fraction.describe('Smallest aspect ratio of a crop.'),
    flipLeftRight: z.boolean(),
    brightnessDelta: fraction,
    contrastDelta: fraction,
    saturationDelta: fraction,
    hueDelta: fraction,
    qualityDelta: fraction.describe('Largest loss of JPEG quality, as a share of 100.'),
  })
  .meta({ id: 'Augmentation', description: 'How training images are varied.' });

export const optimizer = z
  .strictObject({
    learningRate: rate.describe('Peak of the schedule; `constant` stays at half of it.'),
    schedule: z
      .enum(['constant', 'cosine', 'linear', 'restarts'])
      .describe('`restarts` is `cosine`, begun anew after each validation.'),
    warmupRatio: fraction.describe('Share of a period of the schedule that is warm-up.'),
    momentum: fraction.nullable().describe('Null: plain SGD.'),
    nesterov: z.boolean(),
  })
  .meta({ id: 'Optimizer', description: 'The SGD of a child.' });

export const budget = z
  .strictObject({
    batchSize,
    batchesBetweenValidations: exampleCount,
    validations: z.int().min(1).max(LIMITS.validations).describe('How often a child is validated.'),
    validationBatchSize: batchSize,
    validationBatches: exampleCount.describe('Number of batches of one validation.'),
  })
  .meta({ id: 'Budget', description: 'How long a child trains, and on how much it is validated.' });
