import { closest, distance } from 'fastest-levenshtein';

/** `; did you mean 'x'?` for the nearest of the names, or nothing when none is near. */
export function didYouMean(name: string, names: readonly string[]): string {
  if (names.length === 0) return '';
  const nearest = closest(name, [...names]);
  const near = distance(name, nearest) <= Math.max(name.length, nearest.length) / 2;
  return near ? `; did you mean '${nearest}'?` : '';
}
