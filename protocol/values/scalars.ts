import { z } from 'zod';
import { LIMITS } from './limits.js';

export const count = z.int().min(0).max(0xffff_ffff).meta({
  id: 'Count',
  description: 'An integer below 2^32: larger ones do not survive msgpack alike in both languages.',
});

export const positive = z
  .int()
  .min(1)
  .max(0xffff_ffff)
  .meta({ id: 'Positive', description: 'An integer from 1 to below 2^32.' });

export const finite = z.number().min(-1e300).max(1e300).meta({
  id: 'Finite',
  description: 'A number; the bounds make both languages reject NaN and infinities.',
});

export const nonNegative = z
  .number()
  .min(0)
  .max(1e300)
  .meta({ id: 'NonNegative', description: 'A finite number that is not negative.' });

export const rate = z
  .number()
  .positive()
  .max(1e300)
  .meta({ id: 'Rate', description: 'A finite number above zero.' });

export const fraction = z
  .number()
  .min(0)
  .max(1)
  .meta({ id: 'Fraction', description: 'A number from 0 to 1.' });

export const text = z
  .string()
  .max(LIMITS.text)
  .meta({ id: 'Text', description: 'A text of at most 16 384 characters.' });

/** Whole numbers from 1 to a bound of their own. */
const upTo = (largest: number) => z.int().min(1).max(largest);

export const classCount = upTo(LIMITS.classes).meta({
  id: 'ClassCount',
  description: 'The number of classes of a task.',
});

export const exampleCount = upTo(LIMITS.examples).meta({
  id: 'ExampleCount',
  description: 'A number of examples, or of batches of them.',
});

export const batchSize = upTo(LIMITS.batchSize).meta({
  id: 'BatchSize',
  description: 'The number of images of a batch.',
});

export const side = upTo(LIMITS.imageSize).meta({
  id: 'Side',
  description: 'The side of an image or of a patch in pixels.',
});

export const splitExpression = z.string().max(LIMITS.splitExpression).meta({
  id: 'SplitExpression',
  description: 'Slices of base splits, in the syntax of TFDS.',
});

/** In JSON, bytes are base64; on the wire they are msgpack's binary. */
export const bytes = z.instanceof(Uint8Array).meta({ type: 'string', contentEncoding: 'base64' });

// Python's `$` also matches before a last line break, hence the look-ahead in patterns.
export const digest = z
  .string()
  .regex(/^[0-9a-f]{64}(?!\n)$/)
  .meta({ id: 'Digest', description: 'The sha256 of a stored object or of a file.' });

export const componentName = z
  .string()
  .regex(
    /^(embedding|cls|posembed_input|(encoderblock|residual_adapter)_[0-9]+|encoder_norm|head)(?!\n)$/,
  )
  .meta({ id: 'ComponentName', description: 'The place of a component in a path.' });

export const seed = count.meta({ id: 'Seed', description: 'The seed of a named random stream.' });

export const pathId = count.meta({ id: 'PathId', description: 'The id of a path in its system.' });

export const storeUrl = text.meta({
  id: 'StoreUrl',
  description: 'The component store: a folder or an fsspec URL.',
});

export const leaseId = text.meta({
  id: 'LeaseId',
  description: 'The identity of a lease; one lease is one request to be answered.',
});

export const attempt = positive.meta({
  id: 'Attempt',
  description: 'How often a lease was given to a worker; answers to an older attempt are ignored.',
});
