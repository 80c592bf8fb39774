import type { RecordTable } from './table.js';

/** Writes a table as JSON Lines: an object for each row, with a field for each column. */
export function jsonLinesOf({ columns, rows }: RecordTable): string {
  return rows
    .map((row) => {
      const fields = columns.map(({ name }, at) => [name, row[at] ?? null]);
      return `${JSON.stringify(Object.fromEntries(fields))}\n`;
    })
    .join('');
}
