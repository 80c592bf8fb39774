import { z } from 'zod';
import { bytes, count, fraction, positive } from '../values/scalars.js';
import { trial } from './evaluate.js';

export const examineRequest = z
  .strictObject({
    kind: z.literal('examine'),
    ...trial,
    mistakes: count.describe('Number of wrong predictions to show, at most.'),
    largestSide: positive.describe('Longest side of their images, pixels; larger ones are scaled.'),
  })
  .meta({
    id: 'ExamineRequest',
    description: 'Counts the predictions of a path on a split by class, and shows mistakes.',
  });

export const confusionCell = z
  .strictObject({ label: count, predicted: count, count: positive })
  .meta({ id: 'ConfusionCell', description: 'Examples of a class that got one prediction.' });

export const mistake = z
  .strictObject({
    index: count.describe('Place of the example in the split.'),
    label: count,
    predicted: count,
    probability: fraction.describe('That of the predicted class.'),
    labelProbability: fraction.describe('That of the label.'),
    png: bytes.describe('The image.'),
  })
  .meta({ id: 'Mistake', description: 'An example that is predicted wrongly.' });

export const examineResult = z
  .strictObject({
    kind: z.literal('examine'),
    correct: count.describe('Number of correct predictions.'),
    total: positive.describe('Number of examples.'),
    cells: z
      .array(confusionCell)
      .describe('The cells of the confusion matrix that are not 0, by label, then by prediction.'),
    mistakes: z.array(mistake).describe('The most confident one first.'),
  })
  .meta({ id: 'ExamineResult', description: 'Predictions of a path by class, and mistakes.' });
