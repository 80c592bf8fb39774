import { z } from 'zod';
import { architecture } from '../values/component.js';
import {
  batchSize,
  componentName,
  count,
  digest,
  exampleCount,
  fraction,
  nonNegative,
  positive,
  rate,
  seed,
  text,
} from '../values/scalars.js';
import { task } from '../values/task.js';
import { augmentation } from '../values/training.js';

export const recipe = z
  .strictObject({
    steps: positive,
    batchSize,
    learningRate: rate.describe('The rate of AdamW at the end of the warm-up.'),
    warmupSteps: count.describe('Steps in which the learning rate rises; then it falls to zero.'),
    weightDecay: nonNegative.describe('Decay of matrices; other parameters do not decay.'),
    labelSmoothing: fraction,
    warp: fraction.describe('How far images are turned and bent, and strokes thickened.'),
    recolour: fraction.describe('Share of the images that get two random colours.'),
    stepsBetweenValidations: positive,
    maxValidationExamples: exampleCount.describe('Validation examples per task, at most.'),
  })
  .meta({ id: 'Recipe', description: 'How a root model is pretrained.' });

export const pretrainRequest = z
  .strictObject({
    kind: z.literal('pretrain'),
    folder: text.describe('Where the model goes, and the state from which training resumes.'),
    tasks: z.array(task).min(1).describe('Their classes are told apart all together.'),
    architecture: architecture.describe('Its classes are those of all tasks.'),
    components: z.array(componentName).min(1).describe('In forward order.'),
    augmentation,
    recipe,
    seed: seed.describe('Decides initial weights, order of images and augmentation.'),
  })
  .meta({
    id: 'PretrainRequest',
    description: 'Trains a root model; a folder with an unfinished one is continued.',
  });

export const rootValidation = z
  .strictObject({
    step: positive,
    loss: nonNegative.describe('Mean over the steps since the validation before.'),
    accuracies: z.array(fraction).describe('Accuracy on each task, among the classes of all.'),
  })
  .meta({ id: 'RootValidation', description: 'How good a root model was at a step.' });

export const pretrainResult = z
  .strictObject({
    kind: z.literal('pretrain'),
    file: text.nullable().describe('Name in the folder; null: the loss stopped being finite.'),
    sha256: digest.nullable().describe('Hash of the file.'),
    validations: z.array(rootValidation),
  })
  .meta({ id: 'PretrainResult', description: 'A pretrained root model, in half precision.' });
