import { z } from 'zod';
import { unknownKeyMessage } from '../errors/unknown-key.js';

/** A mapping of the configuration; a key that it does not have is refused with the nearest one. */
export function section<Shape extends z.ZodRawShape>(shape: Shape) {
  const keys = Object.keys(shape);
  return z.strictObject(shape, {
    error: (issue) =>
      issue.code === 'unrecognized_keys'
        ? unknownKeyMessage(String(issue.keys[0]), issue.path ?? [], keys)
        : undefined,
  });
}
