const LEVELS = '▁▂▃▄▅▆▇█';

/** Values as a row of columns, the lowest level at `low` and the highest at `high`. */
export function sparkline(values: readonly number[], low: number, high: number): string {
  const span = high - low;
  return values
    .map((value) => {
      const level = span > 0 ? Math.round(((value - low) / span) * (LEVELS.length - 1)) : 0;
      return LEVELS[Math.min(LEVELS.length - 1, Math.max(0, level))];
    })
    .join('');
}

/** A bar of `width` characters, split where `fraction` of it is done. */
export function bar(fraction: number, width: number): readonly [done: string, left: string] {
  const done = Math.round(Math.min(1, Math.max(0, fraction)) * width);
  return ['━'.repeat(done), '─'.repeat(width - done)];
}
