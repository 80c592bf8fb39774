import { type Column, fitTable, pairs } from '../../text/table.js';
import { wrapText } from '../../text/wrap.js';
import type { Screen } from '../shell/screen.js';

/** Formats a table for a screen, and says which columns it has no room for. */
export function tableLines(
  columns: readonly Column[],
  rows: readonly (readonly string[])[],
  screen: Screen,
): readonly string[] {
  const { dim, width } = screen;
  const { titles, lines, hidden } = fitTable(columns, rows, width);
  return [
    ...titles.map(dim),
    ...lines,
    ...(hidden.length === 0
      ? []
      : noteLines(
          `no room in ${width} columns for ${hidden.join(', ')}; --json shows all`,
          screen,
        )),
  ];
}

/** Formats names and values, indented by two spaces. */
export function pairLines(
  entries: readonly (readonly [name: string, value: string])[],
  screen: Screen,
): readonly string[] {
  return indentedLines(screen, ({ width }) => pairs(entries, width));
}

/** Indents lines by two spaces; `format` writes them for what is left of the screen. */
export function indentedLines(
  screen: Screen,
  format: (narrower: Screen) => readonly string[],
): readonly string[] {
  const { width } = screen;
  return format({ ...screen, width: width && width - 2 }).map((line) => `  ${line}`);
}

/** Formats a sentence that explains what is above it. */
export function noteLines(text: string, { dim, width }: Screen): readonly string[] {
  return wrapText(text, width).map(dim);
}
