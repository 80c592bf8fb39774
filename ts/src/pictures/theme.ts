import { type Ground, inkOn, ownerColour, ROOT_COLOUR } from './owner-colours.js';

/** The ground of a picture; `auto` follows the colour scheme of its reader. */
export type Theme = Ground | 'auto';

/** Number of shades of a heat map; the first is the faintest. */
export const SHADES = 10;

const INKS = {
  light: {
    ...{ ground: '#fff', edge: '#d0d7de', rule: '#d8dee4', band: '#f6f8fa' },
    ...{ text: '#57606a', strong: '#1f2328', absent: '#d0d7de', axis: '#8c959f' },
    ...{ heat: '#033d8b', tint: 0.26 },
  },
  dark: {
    ...{ ground: '#0d1117', edge: '#30363d', rule: '#21262d', band: '#151b23' },
    ...{ text: '#9198a1', strong: '#f0f6fc', absent: '#30363d', axis: '#6e7681' },
    ...{ heat: '#6cb6ff', tint: 0.42 },
  },
} as const;

const FONT =
  "ui-sans-serif,system-ui,-apple-system,'Segoe UI',Helvetica,Arial,'Liberation Sans','DejaVu Sans',sans-serif";

/** Rules that do not depend on the ground, as selector and declarations. */
const SHAPES = [
  ['text', `font-family:${FONT};font-size:12px`],
  ['text.title', 'font-size:17px;font-weight:600'],
  ['text.name', 'font-size:14px;font-weight:600'],
  ['text.head,text.small', 'font-size:11px'],
  ['text.tiny', 'font-size:9.5px'],
  ['text.figure', 'font-variant-numeric:tabular-nums'],
  ['text.number', 'font-size:11px;font-weight:600;text-anchor:middle'],
  ['text.little', 'font-size:8px;font-weight:600;text-anchor:middle'],
  ['text.key', 'font-size:10.5px;font-weight:600;text-anchor:middle'],
  ['text.strong', 'font-weight:600'],
  ['.arc,.line', 'fill:none;stroke-width:1.75;stroke-linecap:round;stroke-linejoin:round'],
  ['.dots', 'fill:none;stroke-width:6;stroke-linecap:round'],
  ['.discarded', 'stroke-width:3.5;stroke-opacity:.45'],
  ...Array.from({ length: SHADES }, (_, nth) => {
    const opacity = (0.07 + (0.93 * nth) / (SHADES - 1)).toFixed(2);
    return [`.h${nth}`, `fill-opacity:${opacity}`] as const;
  }),
] as const;

/**
 * Writes the style of pictures.
 *
 * @param tasks number of tasks, which have the classes `o1` (fill), `l1` (line), `n1` (ink on it) …;
 *   a root model has `o0`.
 * @param scope selector of the elements in which the style holds; by default, it holds everywhere.
 */
export function styleSheet(tasks: number, theme: Theme, scope = ''): string {
  const scoped = ([selector, declarations]: readonly [string, string]) => {
    const selectors = selector.split(',').map((each) => (scope ? `${scope} ${each}` : each));
    return `${selectors.join(',')}{${declarations}}`;
  };
  const shapes = SHAPES.map(scoped);
  const colours = (ground: Ground) => coloursOf(tasks, ground).map(scoped).join('');
  if (theme !== 'auto') return [...shapes, colours(theme)].join('\n');
  const dark = `@media screen and (prefers-color-scheme:dark){${colours('dark')}}`;
  return [...shapes, colours('light'), dark].join('\n');
}

function coloursOf(tasks: number, ground: Ground): readonly (readonly [string, string])[] {
  const ink = INKS[ground];
  const owners = Array.from({ length: tasks + 1 }, (_, n) =>
    n === 0 ? ROOT_COLOUR[ground] : ownerColour(n - 1, tasks)[ground],
  );
  return [
    ['text', `fill:${ink.text}`],
    ['text.title,text.name,text.strong,text.key', `fill:${ink.strong}`],
    ['.ground', `fill:${ink.ground};stroke:${ink.edge}`],
    ['.rule', `stroke:${ink.rule}`],
    ['.rim', `stroke:${ink.ground}`],
    ['.axis', `stroke:${ink.axis};fill:none`],
    ['.band', `fill:${ink.band}`],
    ['.absent', `fill:${ink.absent}`],
    ['.reused', `fill-opacity:${ink.tint}`],
    [Array.from({ length: SHADES }, (_, n) => `.h${n}`).join(','), `fill:${ink.heat}`],
    ['text.onheat', `fill:${ink.ground}`],
    ...owners.flatMap((colour, n) => [
      [`.o${n}`, `fill:${colour}`] as const,
      [`.l${n}`, `stroke:${colour}`] as const,
      [`text.n${n}`, `fill:${inkOn(colour)}`] as const,
    ]),
  ];
}
