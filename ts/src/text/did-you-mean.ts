import { closest, distance } from 'fastest-levenshtein';

/** Largest share of the letters that may differ; `sede` is half of `seed`. */
const LARGEST_DIFFERENCE = 0.5;

/** `; did you mean 'x'?` for the name that is most like the given one; empty when none is. */
export function didYouMean(given: string, names: readonly string[]): string {
  if (given === '' || names.length === 0) return '';
  const begun = names.filter((name) => name.startsWith(given));
  const nearest = closest(given, begun.length > 0 ? begun : [...names]);
  const letters = Math.max(given.length, nearest.length);
  const isNear = begun.length > 0 || distance(given, nearest) <= LARGEST_DIFFERENCE * letters;
  return isNear ? `; did you mean '${nearest}'?` : '';
}
