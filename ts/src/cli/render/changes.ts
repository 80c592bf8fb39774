import type { Change } from '../../index.js';
import { UNKNOWN } from '../../text/format.js';
import { pairs } from '../../text/table.js';

/** Formats a plain value as short text: lists in brackets, an absent value as a dash. */
export function valueText(value: unknown): string {
  if (value === null || value === undefined) return UNKNOWN;
  return Array.isArray(value) ? `[${value.map(String).join(', ')}]` : String(value);
}

/** Formats changes as lines of `key  before → after`, wrapped to `width` columns. */
export function changeLines(changes: readonly Change[], width?: number): readonly string[] {
  return pairs(
    changes.map(({ key, before, after }) => [key, `${valueText(before)} → ${valueText(after)}`]),
    width,
  );
}
