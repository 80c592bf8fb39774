import { boxes, text } from './frame.js';
import { element } from './svg.js';
import { SHADES } from './theme.js';

/** Where the cells of a heat map are, in pixels. */
export interface HeatLayout {
  readonly x: number;
  readonly y: number;
  readonly columnWidth: number;
  readonly rowHeight: number;
  readonly gap: number;
}

/** Returns the shade of a value in [0, 1]. */
export function shadeOf(value: number): number {
  return Math.min(SHADES - 1, Math.max(0, Math.round(value * (SHADES - 1))));
}

/** Draws rows of values in [0, 1], the higher the darker; null and 0 stay empty. */
export function heatMap(
  rows: readonly (readonly (number | null)[])[],
  { x, y, columnWidth, rowHeight, gap }: HeatLayout,
): readonly string[] {
  const cells = Array.from({ length: SHADES }, (): [number, number, number, number][] => []);
  for (const [at, row] of rows.entries()) {
    for (const [column, value] of row.entries()) {
      if (value === null || value <= 0) continue;
      const box = [x + column * columnWidth, y + at * rowHeight] as const;
      cells[shadeOf(value)]?.push([...box, columnWidth - gap, rowHeight - gap]);
    }
  }
  return cells.map((each, shade) => boxes(`h${shade}`, each)).filter((each) => each !== '');
}

/** Draws the shades from `low` to `high`, as a legend. */
export function heatLegend(
  x: number,
  y: number,
  [low, high]: readonly [string, string],
): readonly string[] {
  const width = 14;
  return [
    text(x, y + 1, 'small', low, 'end'),
    ...Array.from({ length: SHADES }, (_, nth) =>
      element('rect', { class: `h${nth}`, x: x + 8 + nth * width, y: y - 9, width, height: 12 }),
    ),
    text(x + 16 + SHADES * width, y + 1, 'small', high),
  ];
}
