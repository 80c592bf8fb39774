import { closest, distance } from 'fastest-levenshtein';
import { z } from 'zod';

/** `; did you mean 'x'?` for the nearest of the names, or nothing when none is near. */
export function didYouMean(name: string, names: readonly string[]): string {
  if (names.length === 0) return '';
  const nearest = closest(name, [...names]);
  const near = distance(name, nearest) <= Math.max(name.length, nearest.length) / 2;
  return near ? `; did you mean '${nearest}'?` : '';
}

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
