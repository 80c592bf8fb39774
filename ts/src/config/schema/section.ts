import { z } from 'zod';
import { SEPARATOR } from '../errors/unknown-key.js';

/**
 * A mapping of the configuration. The message about a key that it does not have lists those that it
 * has; `unknownKeysOf` puts them into words.
 */
export function section<Shape extends z.ZodRawShape>(shape: Shape) {
  return z.strictObject(shape, {
    error: ({ code }) =>
      code === 'unrecognized_keys' ? Object.keys(shape).join(SEPARATOR) : undefined,
  });
}
