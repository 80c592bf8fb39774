const LEVELS = '▁▂▃▄▅▆▇█';

/** Draws values as a row of columns: `low` has the lowest level, `high` the highest. */
export function sparkline(values: readonly number[], low: number, high: number): string {
  const span = high - low;
  return values
    .map((value) => {
      const level = span > 0 ? Math.round(((value - low) / span) * (LEVELS.length - 1)) : 0;
      return LEVELS[Math.min(LEVELS.length - 1, Math.max(0, level))];
    })
    .join('');
}

/** Draws a bar of `width` characters, split at `fraction`. */
export function bar(fraction: number, width: number): readonly [done: string, left: string] {
  const done = Math.round(Math.min(1, Math.max(0, fraction)) * width);
  return ['━'.repeat(done), '─'.repeat(width - done)];
}
