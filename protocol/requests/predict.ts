import { z } from 'zod';
import { architecture } from '../values/component.js';
import { bytes, count, fraction, positive, storeUrl, text } from '../values/scalars.js';
import { evaluatedComponent } from './evaluate.js';

export const model = z
  .strictObject({
    architecture,
    components: z.array(evaluatedComponent).min(1).describe('In forward order.'),
  })
  .meta({ id: 'Model', description: 'A path to predict with.' });

export const predictRequest = z
  .strictObject({
    kind: z.literal('predict'),
    store: storeUrl,
    images: z.array(text).min(1).describe('Image files.'),
    models: z.array(model).min(1),
    top: positive.describe('Number of classes to name per image and model.'),
  })
  .meta({
    id: 'PredictRequest',
    description: 'Classifies images by several models; what these share is computed once.',
  });

export const prediction = z
  .strictObject({ label: count, probability: fraction })
  .meta({ id: 'Prediction', description: 'A class and its probability.' });

export const predictResult = z
  .strictObject({
    kind: z.literal('predict'),
    predictions: z
      .array(z.array(z.array(prediction)))
      .describe('By image, then by model; the likeliest class comes first.'),
  })
  .meta({ id: 'PredictResult', description: 'The likeliest classes of each image.' });

export const classifyRequest = z
  .strictObject({
    kind: z.literal('classify'),
    store: storeUrl,
    contents: z.array(bytes).min(1).describe('An image file each.'),
    largestPixels: positive.describe('Pixels that an image may have at most; more are refused.'),
    models: z.array(model).min(1),
    top: positive.describe('Number of classes to name per image and model.'),
  })
  .meta({
    id: 'ClassifyRequest',
    description: 'Classifies images that the request contains, as `predict` classifies files.',
  });

export const classified = z
  .strictObject({
    kind: z.literal('classified'),
    predictions: z
      .array(z.array(prediction))
      .describe('By model; the likeliest class comes first.'),
  })
  .meta({ id: 'Classified', description: 'The likeliest classes of an image.' });

export const unreadable = z.strictObject({ kind: z.literal('unreadable'), message: text }).meta({
  id: 'Unreadable',
  description: 'Why an image cannot be decoded; the others are classified.',
});

export const classifyResult = z
  .strictObject({
    kind: z.literal('classify'),
    verdicts: z
      .array(z.discriminatedUnion('kind', [classified, unreadable]))
      .describe('By image, in the order of the request.'),
  })
  .meta({ id: 'ClassifyResult', description: 'Classes of each image, or why they are unknown.' });
