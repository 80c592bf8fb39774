import { z } from 'zod';
import { positive, text } from '../values/scalars.js';
import { task } from '../values/task.js';

export const inspectRequest = z
  .strictObject({ kind: z.literal('inspect'), task })
  .meta({ id: 'InspectRequest', description: 'Counts the examples and classes of a task.' });

export const inspectResult = z
  .strictObject({
    kind: z.literal('inspect'),
    numClasses: positive,
    classNames: z
      .array(text)
      .nullable()
      .describe('In the order of labels; null: the classes have no names.'),
    train: positive.describe('Number of examples.'),
    validation: positive.describe('Number of examples.'),
    test: positive.describe('Number of examples.'),
  })
  .meta({ id: 'InspectResult', description: 'The classes of a task, and the size of each split.' });
