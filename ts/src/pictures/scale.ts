import { MARGIN, text } from './frame.js';
import { element } from './svg.js';

/** Maps values to pixels. */
export type Scale = (value: number) => number;

/** Returns the scale on which `low` is at pixel `from` and `high` at pixel `to`. */
export function linearScale(
  [low, high]: readonly [number, number],
  [from, to]: readonly [number, number],
): Scale {
  const span = high - low || 1;
  return (value) => from + ((value - low) / span) * (to - from);
}

/** Returns round values from `low` to `high`, about `wanted` of them. */
export function ticksOf(low: number, high: number, wanted: number): readonly number[] {
  const raw = (high - low || 1) / wanted;
  const power = 10 ** Math.floor(Math.log10(raw));
  const step = power * ([1, 2, 5].find((each) => each * power >= raw * 0.999) ?? 10);
  const first = Math.ceil(low / step - 1e-9);
  const count = Math.floor(high / step + 1e-9) - first + 1;
  return Array.from({ length: count }, (_, nth) => (first + nth) * step);
}

/** Returns the accuracies that an axis has: from a round one below all values up to 1. */
export function accuracyRange(values: readonly number[]): readonly [number, number] {
  const least = values.reduce((a, b) => Math.min(a, b), 0.9);
  return [Math.max(0, Math.floor((least - 0.02) * 10) / 10), 1];
}

/** Draws horizontal lines at round accuracies, with their values in per cent at the left. */
export function accuracyAxis(
  [low, high]: readonly [number, number],
  y: Scale,
  [left, right]: readonly [number, number],
): readonly string[] {
  return ticksOf(low, high, 5).flatMap((value) => [
    element('line', { class: 'rule', x1: left, x2: right, y1: y(value), y2: y(value) }),
    text(left - 8, y(value) + 4, 'small figure', `${Math.round(value * 100)} %`, 'end'),
  ]);
}

/** Where a plot with accuracies at its left begins. */
export const PLOT_LEFT = MARGIN + 44;
