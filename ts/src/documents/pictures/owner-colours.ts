/** A colour on a light ground and on a dark one. */
export interface OwnerColour {
  readonly light: string;
  readonly dark: string;
}

/** Root models, which no task owns. */
export const ROOT_COLOUR: OwnerColour = { light: '#6e7781', dark: '#8b949e' };

/** On its ground, each is at least 4.5 : 1 in contrast. */
const CHOSEN: readonly OwnerColour[] = [
  { light: '#0969da', dark: '#58a6ff' },
  { light: '#bc4c00', dark: '#f0883e' },
  { light: '#0b7568', dark: '#39c5b0' },
  { light: '#bf3989', dark: '#f778ba' },
  { light: '#8250df', dark: '#bc8cff' },
  { light: '#8a6100', dark: '#d8b02a' },
  { light: '#cf222e', dark: '#ff7b72' },
  { light: '#1a7f37', dark: '#56d364' },
];
/** Hues this far apart are spread evenly, however many there are. */
const GOLDEN_ANGLE = 137.508;

/** Returns the colour of the n-th task, counted from 0; no two tasks have the same. */
export function ownerColour(nth: number): OwnerColour {
  const chosen = CHOSEN[nth];
  if (chosen) return chosen;
  const hue = ((nth * GOLDEN_ANGLE) % 360).toFixed(2);
  const saturation = nth % 2 === 0 ? 70 : 45;
  return {
    light: `hsl(${hue},${saturation}%,26%)`,
    dark: `hsl(${hue},${saturation}%,72%)`,
  };
}
