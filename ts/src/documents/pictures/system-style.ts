import { type OwnerColour, ownerColour, ROOT_COLOUR } from './owner-colours.js';
import type { OwnerNumbers } from './system-drawing.js';

/** The style of a picture of a system, on a light ground and on a dark one. */
export function styleSheet(numbers: OwnerNumbers): string {
  const colours = [...numbers.values()].map(colourOf);
  const rules = (ground: keyof OwnerColour) =>
    colours.map((colour, n) => `.o${n}{fill:${colour[ground]}}.l${n}{stroke:${colour[ground]}}`);
  return [
    "text{font-family:ui-sans-serif,system-ui,-apple-system,'Segoe UI',Helvetica,Arial,sans-serif;font-size:12px;fill:#57606a}",
    'text.title{font-size:17px;font-weight:600}text.name{font-size:14px;font-weight:600}',
    'text.head{font-size:11px}text.small{font-size:11px}text.figure{font-variant-numeric:tabular-nums}',
    'text.number{font-size:11px;font-weight:600;text-anchor:middle;fill:#fff}',
    'text.key{font-size:10.5px;font-weight:600;text-anchor:middle}',
    'text.title,text.name,text.strong,text.key{fill:#1f2328}.strong{font-weight:600}',
    '.ground{fill:#fff;stroke:#d0d7de}.rule{stroke:#d8dee4}.track{fill:#eaeef2}',
    '.arc{fill:none;stroke-width:1.75;stroke-linecap:round}.reused{fill-opacity:.26}.absent{fill:#d0d7de}',
    ...rules('light'),
    '@media (prefers-color-scheme:dark){text{fill:#9198a1}text.number{fill:#0d1117}',
    'text.title,text.name,text.strong,text.key{fill:#f0f6fc}',
    '.ground{fill:#0d1117;stroke:#30363d}.rule{stroke:#21262d}.track{fill:#21262d}',
    '.reused{fill-opacity:.36}.absent{fill:#30363d}',
    ...rules('dark'),
    '}',
  ].join('\n');
}

function colourOf(number: number): OwnerColour {
  return number === 0 ? ROOT_COLOUR : ownerColour(number - 1);
}
