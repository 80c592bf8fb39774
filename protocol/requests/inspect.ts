import { z } from 'zod';
import { classCount, count, positive, text } from '../values/scalars.js';
import { inspectedTask } from '../values/task.js';

export const inspectRequest = z
  .strictObject({ kind: z.literal('inspect'), task: inspectedTask })
  .meta({
    id: 'InspectRequest',
    description: 'Opens and checks the data of a task; counts its classes and examples.',
  });

export const baseSplit = z
  .strictObject({ name: text, examples: count })
  .meta({ id: 'BaseSplit', description: 'A base split of a source.' });

export const splitExamples = z
  .strictObject({ train: positive, validation: positive, test: positive })
  .meta({ id: 'SplitExamples', description: 'Number of examples of each split.' });

export const inspectResult = z
  .strictObject({
    kind: z.literal('inspect'),
    numClasses: classCount,
    classNames: z
      .array(text)
      .nullable()
      .describe('In the order of labels; null: the classes have no names.'),
    baseSplits: z.array(baseSplit).describe('Every base split of the source.'),
    examples: splitExamples.nullable().describe('Null when the request has no splits.'),
  })
  .meta({
    id: 'InspectResult',
    description: 'The classes and base splits of a source, and the size of each split.',
  });
