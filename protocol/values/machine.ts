import { z } from 'zod';
import { count, positive, text } from './scalars.js';

export const version = z
  .strictObject({ major: count, minor: count })
  .meta({ id: 'Version', description: 'A version of the protocol.' });

export const versions = z
  .strictObject({ sidecar: text, python: text, jax: text })
  .meta({ id: 'Versions', description: 'Versions of the software that a worker runs on.' });

export const device = z
  .strictObject({
    platform: text.describe('`cpu`, `gpu` or `tpu`.'),
    kind: text.describe('Name of the model, as JAX says it.'),
    memoryBytes: text
      .nullable()
      .describe('Decimal digits, because byte counts exceed 2^32; null: not known.'),
  })
  .meta({ id: 'Device', description: 'A device that JAX computes on.' });

export const engine = z
  .strictObject({
    precision: z.enum(['float32', 'bfloat16']).describe('Number format of computation.'),
    attention: z.enum(['xla', 'cudnn']).describe('Kernel of attention.'),
    remat: z
      .enum(['none', 'dots', 'full'])
      .describe('Values that the backward pass computes again instead of keeping them.'),
    devices: positive.describe('Number of devices that share each batch.'),
  })
  .meta({ id: 'Engine', description: 'The options with which a worker computes.' });
