/**
 * Whether faults are tried at length: `npm run test:faults` does, and `npm test` tries each in a
 * short form.
 */
export const isThorough = process.env.MU2NET_TESTS === 'thorough';

/** Chooses how often something is tried: `thorough` times, or `short` times in `npm test`. */
export function times(thorough: number, short: number): number {
  return isThorough ? thorough : short;
}
