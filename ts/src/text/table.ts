import { stripVTControlCharacters } from 'node:util';

/** A column: numbers are aligned on the right, words on the left. */
export interface Column {
  readonly title: string;
  readonly numeric?: boolean;
}

function widthOf(cell: string): number {
  return [...stripVTControlCharacters(cell)].length;
}

/**
 * Lines of a table, the titles first; two spaces between columns, none at the end of a line. Cells
 * may carry colours.
 */
export function table(
  columns: readonly Column[],
  rows: readonly (readonly string[])[],
): readonly string[] {
  const widths = columns.map(({ title }, at) =>
    Math.max(widthOf(title), ...rows.map((row) => widthOf(row[at] ?? ''))),
  );
  const line = (cells: readonly string[]) =>
    columns
      .map(({ numeric }, at) => {
        const cell = cells[at] ?? '';
        const space = ' '.repeat((widths[at] ?? 0) - widthOf(cell));
        return numeric ? space + cell : cell + space;
      })
      .join('  ')
      .trimEnd();
  return [columns.map(({ title }) => title), ...rows].map(line);
}

/** Lines of `name  value` pairs, the values under each other. */
export function pairs(
  entries: readonly (readonly [name: string, value: string])[],
): readonly string[] {
  return table([{ title: '' }, { title: '' }], entries).slice(1);
}
