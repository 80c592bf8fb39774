import type { Comparison } from '../../index.js';
import { percent } from '../../text/format.js';

const [LABEL, AXIS, NUMBERS, ROW, GAP, TOP] = [260, 420, 130, 20, 12, 64];
/** Colours that people with colour blindness can distinguish (Okabe and Ito). */
const COLOURS = ['#0072b2', '#d55e00', '#009e73', '#cc79a7', '#e69f00', '#56b4e9', '#000000'];

/** Draws a comparison as an SVG picture: each model's test accuracy, with its 95 % interval. */
export function comparisonPlot({ systems, tasks }: Comparison): string {
  const models = tasks.flatMap((each) => each.models);
  const bounds = models.flatMap((model) => model?.interval ?? []);
  const [low, high] = axisOf(bounds);
  const x = (value: number) => (LABEL + (AXIS * (value - low)) / (high - low)).toFixed(1);
  const height = TOP + tasks.length * (systems.length * ROW + GAP) + 20;
  const rows = tasks.flatMap(({ task, models: compared }, nth) => {
    const top = TOP + nth * (systems.length * ROW + GAP);
    return compared.flatMap((model, at) => {
      const y = top + at * ROW + ROW / 2;
      const colour = COLOURS[at % COLOURS.length];
      const name = at === 0 ? `${task}  ${systems[at]?.name}` : systems[at]?.name;
      const label = `<text x="${LABEL - 10}" y="${y + 4}" text-anchor="end">${escapeXml(name ?? '')}</text>`;
      if (!model?.interval || model.testAccuracy === null) return [label];
      const [from, to] = model.interval;
      return [
        label,
        `<line x1="${x(from)}" x2="${x(to)}" y1="${y}" y2="${y}" stroke="${colour}" stroke-width="2"/>`,
        `<circle cx="${x(model.testAccuracy)}" cy="${y}" r="4" fill="${colour}"/>`,
        `<text x="${LABEL + AXIS + 10}" y="${y + 4}">${percent(model.testAccuracy)}</text>`,
      ];
    });
  });
  const ticks = [0, 0.25, 0.5, 0.75, 1].map((part) => low + part * (high - low));
  const width = LABEL + AXIS + NUMBERS;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" font-family="sans-serif" font-size="12">`,
    `<rect width="${width}" height="${height}" fill="white"/>`,
    '<text x="12" y="22" font-size="15">Test accuracy, with 95 % intervals</text>',
    ...ticks.flatMap((value) => [
      `<line x1="${x(value)}" x2="${x(value)}" y1="${TOP - 8}" y2="${height - 16}" stroke="#ddd"/>`,
      `<text x="${x(value)}" y="${TOP - 14}" text-anchor="middle" fill="#555">${percent(value, 1)}</text>`,
    ]),
    ...rows,
    '</svg>',
    '',
  ].join('\n');
}

/** Returns the part of [0, 1] that contains all bounds, rounded outward to whole per cents. */
function axisOf(bounds: readonly number[]): readonly [number, number] {
  if (bounds.length === 0) return [0, 1];
  const low = Math.floor(100 * Math.min(...bounds)) / 100;
  const high = Math.ceil(100 * Math.max(...bounds)) / 100;
  return [Math.max(0, low - 0.01), Math.min(1, high + 0.01)];
}

function escapeXml(text: string): string {
  return text.replace(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`);
}
