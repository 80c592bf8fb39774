import { describe, expect, it } from 'vitest';
import {
  channelsOf,
  type GroundColours,
  inkOn,
  luminanceOf,
  ownerColour,
  ROOT_COLOUR,
} from './owner-colours.js';
import { styleSheet } from './theme.js';

const GROUNDS = { light: '#ffffff', dark: '#0d1117' } as const;

/** Contrast of two colours (WCAG 2.2). */
function contrastOf(...colours: readonly [string, string]): number {
  const [low = 0, high = 0] = colours.map(luminanceOf).sort((a, b) => a - b);
  return (high + 0.05) / (low + 0.05);
}

/** Colour matrices of vision without one kind of cones (Machado, Oliveira and Fernandes, 2009). */
const BLINDNESS = {
  none: [1, 0, 0, 0, 1, 0, 0, 0, 1],
  protanopia: [0.152, 1.053, -0.205, 0.115, 0.786, 0.099, -0.004, -0.048, 1.052],
  deuteranopia: [0.367, 0.861, -0.228, 0.28, 0.673, 0.047, -0.012, 0.043, 0.969],
  tritanopia: [1.256, -0.077, -0.179, -0.078, 0.931, 0.148, 0.005, 0.691, 0.304],
} as const;

/** The place of a seen colour in OKLab, in which equal distances look equal (Ottosson, 2020). */
function seenAs(colour: string, matrix: readonly number[]): readonly number[] {
  const linear = channelsOf(colour).map((value) =>
    value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4,
  );
  const times = (rows: readonly number[], values: readonly number[]) =>
    [0, 1, 2].map((row) =>
      [0, 1, 2].reduce((sum, n) => sum + (rows[3 * row + n] ?? 0) * (values[n] ?? 0), 0),
    );
  const seen = times(matrix, linear).map((value) => Math.min(1, Math.max(0, value)));
  const cones = times(
    [0.4122, 0.5363, 0.0514, 0.2119, 0.6807, 0.1074, 0.0883, 0.2817, 0.63],
    seen,
  ).map(Math.cbrt);
  return times([0.2105, 0.7936, -0.0041, 1.978, -2.4286, 0.4506, 0.0259, 0.7828, -0.8087], cones);
}

const coloursOf = (tasks: number, ground: keyof GroundColours) =>
  Array.from({ length: tasks }, (_, nth) => ownerColour(nth, tasks)[ground]);

describe.each(['light', 'dark'] as const)('colours of owners on a %s ground', (ground) => {
  it.each([1, 10, 129])('are seen on it, and their numbers on them, for %i tasks', (tasks) => {
    for (const colour of [...coloursOf(tasks, ground), ROOT_COLOUR[ground]]) {
      expect(contrastOf(colour, GROUNDS[ground])).toBeGreaterThanOrEqual(2.9);
      expect(contrastOf(colour, inkOn(colour) === '#000' ? '#000000' : '#ffffff')).toBeGreaterThan(
        4.5,
      );
    }
  });

  it('are different for every task, and the lighter the later it was learned', () => {
    const luminances = coloursOf(129, ground).map(luminanceOf);
    expect(luminances).toEqual([...luminances].sort((a, b) => a - b));
    expect(new Set(coloursOf(129, ground)).size).toBe(129);
  });

  it.each(Object.entries(BLINDNESS))('differ under colour blindness: %s', (_, matrix) => {
    const places = coloursOf(6, ground).map((colour) => seenAs(colour, matrix));
    const distances = places
      .slice(1)
      .map((place, nth) => Math.hypot(...place.map((value, n) => value - (places[nth]?.[n] ?? 0))));
    // A difference of 0.02 is just seen. Every model has a number too, because more tasks differ less.
    expect(Math.min(...distances)).toBeGreaterThan(0.02);
  });
});

describe('the style', () => {
  it('follows the colour scheme of its reader, or has one ground', () => {
    const [light = '', dark = ''] = styleSheet(2, 'auto').split(
      '@media screen and (prefers-color-scheme:dark)',
    );
    expect(light).toContain(`.o1{fill:${ownerColour(0, 2).light}}`);
    expect(dark).toContain(`.o1{fill:${ownerColour(0, 2).dark}}`);
    expect(styleSheet(2, 'dark')).toContain(`.o1{fill:${ownerColour(0, 2).dark}}`);
    expect(styleSheet(2, 'dark')).not.toContain('@media');
  });
});
