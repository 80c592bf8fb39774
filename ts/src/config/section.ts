import { z } from 'zod';
import { didYouMean } from '../text/did-you-mean.js';

/** A mapping of the configuration: keys that it does not have are refused with the nearest it has. */
export function section<Shape extends z.ZodRawShape>(shape: Shape) {
  const names = Object.keys(shape);
  return z.strictObject(shape, {
    error: (issue) => {
      if (issue.code !== 'unrecognized_keys') return undefined;
      const key = String(issue.keys[0]);
      const place = issue.path?.length ? ` in ${issue.path.join('.')}` : '';
      return `unknown key '${key}'${place}${didYouMean(key, names) || `; it takes ${names.join(', ')}`}`;
    },
  });
}
