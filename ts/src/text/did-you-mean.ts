import { distance } from 'fastest-levenshtein';

/** Largest share of the letters that may be mistyped. */
const LARGEST_DIFFERENCE = 1 / 3;

/** Returns `; did you mean 'x'?` for the nearest name; empty when no name is near. */
export function didYouMean(given: string, names: readonly string[]): string {
  const nearest = nearestName(given, names);
  return nearest === undefined ? '' : `; did you mean '${nearest}'?`;
}

/**
 * Returns the name that is most like the given one: it begins with the given one, or at most a third
 * of the letters are mistyped. Returns undefined when no name is near.
 */
export function nearestName(given: string, names: readonly string[]): string | undefined {
  if (given === '') return undefined;
  const begun = names.filter((name) => name.startsWith(given));
  const near = begun.length > 0 ? begun : names.filter((name) => isNear(given, name));
  const [nearest] = near
    .map((name) => ({ name, slips: slipsBetween(given, name) }))
    .sort((a, b) => a.slips - b.slips);
  return nearest?.name;
}

function isNear(given: string, name: string): boolean {
  const letters = Math.max(given.length, name.length);
  return slipsBetween(given, name) <= LARGEST_DIFFERENCE * letters;
}

/** Counts the slips of a hand: a letter too many, too few or wrong, or two that changed places. */
function slipsBetween(given: string, name: string): number {
  const swaps = Array.from({ length: Math.max(0, given.length - 1) }, (_, at) => {
    const [first = '', second = ''] = given.slice(at, at + 2);
    return 1 + distance(given.slice(0, at) + second + first + given.slice(at + 2), name);
  });
  return Math.min(distance(given, name), ...swaps);
}
