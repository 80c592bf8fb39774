import { z } from 'zod';
import { LIMITS } from './limits.js';
import { classCount, componentName, digest, positive, seed, side } from './scalars.js';

export const architecture = z
  .strictObject({
    patchSize: side.describe('Side of a patch in pixels.'),
    hiddenSize: positive,
    mlpDim: positive,
    numHeads: positive,
    imageSize: side.describe('Side of an image in pixels.'),
    numClasses: classCount,
    adapterDim: z
      .int()
      .min(1)
      .max(LIMITS.adapterDim)
      .describe('Hidden width of residual adapters.'),
  })
  .meta({ id: 'Architecture', description: 'All that the shapes of components depend on.' });

export const stored = z
  .strictObject({
    kind: z.literal('stored'),
    paramsDigest: digest,
    traceDigest: digest.nullable().describe('Momentum trace; null: zeros.'),
  })
  .meta({ id: 'Stored', description: 'Parameters and momentum trace from the store.' });

export const fresh = z.strictObject({ kind: z.literal('fresh'), seed }).meta({
  id: 'Fresh',
  description: "Random parameters, drawn by the initialiser of the component's kind.",
});

export const resampled = z
  .strictObject({ kind: z.literal('resampled'), paramsDigest: digest })
  .meta({
    id: 'Resampled',
    description: 'A stored position embedding, resampled to the grid of the image size.',
  });

export const initialiser = z
  .discriminatedUnion('kind', [stored, fresh, resampled])
  .meta({ id: 'Initialiser', description: 'The initial parameters of a component.' });

export const component = z
  .strictObject({
    name: componentName,
    trainable: z.boolean().describe('Whether the child trains it; otherwise it is frozen.'),
    initialiser,
  })
  .meta({ id: 'Component', description: 'A component of a child.' });

export const trainedComponent = z
  .strictObject({
    name: componentName,
    parameterCount: positive.describe('Number of scalar parameters.'),
    paramsDigest: digest,
    traceDigest: digest.nullable().describe('Momentum trace; null: there is none.'),
  })
  .meta({ id: 'TrainedComponent', description: 'A component that is now in the store.' });
