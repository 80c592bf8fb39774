/** The background of a picture. */
export type Ground = 'light' | 'dark';

/** A colour on a light ground and on a dark one, as `#rrggbb`. */
export type GroundColours = Readonly<Record<Ground, string>>;

/** Root models, which no task owns. */
export const ROOT_COLOUR: GroundColours = { light: '#6e7781', dark: '#8b949e' };

/**
 * Equal steps of the colour map "plasma" (Smith and van der Walt, 2015; CC0). Its lightness rises
 * evenly, so that its order is seen without colour vision, and in grey print.
 */
const PLASMA = [
  ...(['#0d0887', '#4c02a1', '#7e03a8', '#a92395', '#cb4679'] as const),
  ...(['#e66c5c', '#f89540', '#fdc328', '#f0f921'] as const),
];
/** The part of the map with a contrast of 3 : 1 to the ground (WCAG 2.2, 1.4.11). */
const PART: Readonly<Record<Ground, readonly [number, number]>> = {
  light: [0, 0.62],
  dark: [0.4, 1],
};

/** Returns the colour of the n-th of some tasks, counted from 0: the later learned, the lighter. */
export function ownerColour(nth: number, tasks: number): GroundColours {
  const at = tasks < 2 ? 0 : nth / (tasks - 1);
  const on = (ground: Ground) => plasma(PART[ground][0] + at * (PART[ground][1] - PART[ground][0]));
  return { light: on('light'), dark: on('dark') };
}

/** Returns black or white, whichever is read better on a colour. */
export function inkOn(colour: string): string {
  return luminanceOf(colour) > 0.179 ? '#000' : '#fff';
}

/** Returns the relative luminance of a colour (WCAG 2.2). */
export function luminanceOf(colour: string): number {
  const [red = 0, green = 0, blue = 0] = channelsOf(colour).map((value) =>
    value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4,
  );
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

/** Returns red, green and blue of `#rrggbb`, each in [0, 1]. */
export function channelsOf(colour: string): readonly number[] {
  return [1, 3, 5].map((at) => Number.parseInt(colour.slice(at, at + 2), 16) / 255);
}

function plasma(at: number): string {
  const place = at * (PLASMA.length - 1);
  const below = Math.min(Math.floor(place), PLASMA.length - 2);
  const [from, to] = [PLASMA[below], PLASMA[below + 1]].map((each) => channelsOf(each ?? ''));
  const mixed = [0, 1, 2].map((n) => {
    const [start = 0, end = 0] = [from?.[n], to?.[n]];
    return Math.round(255 * (start + (place - below) * (end - start)));
  });
  return `#${mixed.map((value) => value.toString(16).padStart(2, '0')).join('')}`;
}
