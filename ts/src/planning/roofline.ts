import type { Chip } from './chips.js';

/** The compiler's account of a program on each device. */
export interface PlannedProgram {
  readonly argumentBytes: number;
  readonly outputBytes: number;
  readonly temporaryBytes: number;
  /** Memory of outputs that replace a donated argument. */
  readonly aliasedBytes: number;
  readonly flops: number;
  readonly bytesAccessed: number;
  /** Operations in which devices wait for each other, by name. */
  readonly collectives: Readonly<Record<string, number>>;
}

/**
 * Returns the seconds that a program takes at least: those of its operations, or of its bytes if
 * these take longer (Williams et al., 2009). Communication between devices is not counted.
 *
 * @param isOwn Whether the chip's own compiler counted the bytes. Otherwise only arguments and
 *   outputs count, because compilers fuse differently.
 * @returns null when the rates of the chip are not known.
 */
export function programSeconds(
  { flops, bytesAccessed, argumentBytes, outputBytes }: PlannedProgram,
  { flopsPerSecond, bytesPerSecond }: Chip,
  isOwn: boolean,
): number | null {
  if (flopsPerSecond === null || bytesPerSecond === null) return null;
  const moved = isOwn ? bytesAccessed : argumentBytes + outputBytes;
  return Math.max(flops / flopsPerSecond, moved / bytesPerSecond);
}

/** Adds times; null when one is not known. */
export function addSeconds(times: readonly (number | null)[]): number | null {
  return times.reduce((sum, each) => (sum === null || each === null ? null : sum + each), 0);
}
