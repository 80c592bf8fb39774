import { z } from 'zod';
import { classCount, splitExpression, text } from './scalars.js';
import { source } from './source.js';

export const splits = z
  .strictObject({ train: splitExpression, validation: splitExpression, test: splitExpression })
  .meta({ id: 'Splits', description: 'Slices of base splits, in the syntax of TFDS.' });

export const task = z
  .strictObject({
    name: text,
    source,
    splits,
    numClasses: classCount
      .nullable()
      .describe('Null: not known yet; the source says how many it has.'),
  })
  .meta({ id: 'Task', description: 'An image-classification task.' });

export const inspectedTask = task
  .extend({ splits: splits.nullable().describe('Null: not chosen yet.') })
  .meta({ id: 'InspectedTask', description: 'A task whose splits may not be chosen yet.' });
