import type { Cell, RecordTable } from './table.js';

/**
 * Writes a table as CSV (RFC 4180, with line feeds): titles first, null as an empty field, an empty
 * text as `""`, lists as JSON.
 */
export function csvOf({ columns, rows }: RecordTable): string {
  const lines = [columns.map(({ name }) => name), ...rows];
  return lines.map((cells) => `${cells.map(fieldOf).join(',')}\n`).join('');
}

function fieldOf(cell: Cell): string {
  if (cell === null) return '';
  const text = typeof cell === 'object' ? JSON.stringify(cell) : String(cell);
  return text === '' || /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
