import { widthOf, wrapText } from './wrap.js';

/** A column: numbers are aligned on the right, words on the left. */
export interface Column {
  readonly title: string;
  readonly numeric?: boolean;
  /** Its cells may take several lines where the table is too wide. */
  readonly flexible?: boolean;
  /** It may be left out where the table is too wide; the lowest leaves first. */
  readonly leaves?: number;
}

/** A table that fits a width. */
export interface FittedTable {
  /** The line of titles; empty if each row is a block with its own titles. */
  readonly titles: readonly string[];
  readonly lines: readonly string[];
  /** Titles of the columns that are left out. */
  readonly hidden: readonly string[];
}

const GAP = '  ';
/** Width below which a flexible column is not worth reading; values of pairs have no choice. */
const NARROWEST = 20;
const NARROWEST_VALUE = 8;
/** Longest word for which the last column is widened; a longer one moves nothing. */
const LONGEST_WORD = 40;

type Row = readonly string[];

/**
 * Lays out a table in at most `width` columns of a terminal: leaves out columns that may leave,
 * wraps flexible ones, and if that is not enough, writes each row as a block of titles and values.
 * Cells may carry colours. Without a width, nothing is left out or wrapped.
 */
export function fitTable(
  columns: readonly Column[],
  rows: readonly Row[],
  width = Number.POSITIVE_INFINITY,
): FittedTable {
  const natural = columns.map(({ title }, at) =>
    Math.max(widthOf(title), ...rows.map((row) => widthOf(row[at] ?? ''))),
  );
  const least = columns.map((column, at) => leastWidth(column, at, { columns, rows, natural }));
  const shown = shownColumns(columns, least, width);
  const room = width - total(shown.map((at) => least[at] ?? 0));
  // Pairs of a name and a value are blocks already.
  if (room < 0 && columns.length > 2)
    return { titles: [], lines: blockLines(columns, rows, width), hidden: [] };
  const widths = shareRoom(shown, { natural, least, room });
  const kept = shown.map((at) => columns[at] as Column);
  const pick = (row: Row) => shown.map((at) => row[at] ?? '');
  return {
    titles: rowLines(kept, widths, pick(columns.map(({ title }) => title))),
    lines: rows.flatMap((row) => rowLines(kept, widths, pick(row))),
    hidden: columns.flatMap(({ title }, at) => (shown.includes(at) ? [] : [title])),
  };
}

/**
 * Lines of a table at its full width, the titles first; two spaces between columns, none at the end
 * of a line.
 */
export function table(columns: readonly Column[], rows: readonly Row[]): readonly string[] {
  const { titles, lines } = fitTable(columns, rows);
  return [...titles, ...lines];
}

/** Lines of `name  value` pairs, the values under each other, wrapped to `width` columns. */
export function pairs(
  entries: readonly (readonly [name: string, value: string])[],
  width?: number,
): readonly string[] {
  return fitTable([{ title: '' }, { title: '', flexible: true }], entries, width).lines;
}

/** The measures that a column is judged by. */
interface Measures {
  readonly columns: readonly Column[];
  readonly rows: readonly Row[];
  readonly natural: readonly number[];
}

function leastWidth(
  { flexible }: Column,
  at: number,
  { columns, rows, natural }: Measures,
): number {
  const full = natural[at] ?? 0;
  if (!flexible) return full;
  if (columns.length <= 2) return Math.min(full, NARROWEST_VALUE);
  const isLast = at === columns.length - 1;
  const words = rows.flatMap((row) => (row[at] ?? '').split(' '));
  const longest = Math.max(NARROWEST, ...words.map(widthOf));
  return Math.min(full, isLast ? Math.min(longest, LONGEST_WORD) : longest);
}

/** Width of columns beside each other. */
function total(widths: readonly number[]): number {
  return widths.reduce((sum, width) => sum + width, 0) + GAP.length * (widths.length - 1);
}

/** Indices of the columns that stay; all of them if leaving columns out is not enough. */
function shownColumns(
  columns: readonly Column[],
  least: readonly number[],
  width: number,
): readonly number[] {
  const all = columns.map((_, at) => at);
  const leaving = all
    .filter((at) => columns[at]?.leaves !== undefined)
    .sort((a, b) => (columns[a]?.leaves ?? 0) - (columns[b]?.leaves ?? 0));
  for (let left = 0; left <= leaving.length; left++) {
    const gone = new Set(leaving.slice(0, left));
    const shown = all.filter((at) => !gone.has(at));
    if (total(shown.map((at) => least[at] ?? 0)) <= width) return shown;
  }
  return all;
}

/** Widths of the columns shown: each gets its least width, and the rest of the room is shared. */
function shareRoom(
  shown: readonly number[],
  { natural, least, room }: { natural: readonly number[]; least: readonly number[]; room: number },
): readonly number[] {
  const widths = new Map(shown.map((at) => [at, least[at] ?? 0]));
  const wanted = (at: number) => (natural[at] ?? 0) - (least[at] ?? 0);
  const hungry = shown.filter((at) => wanted(at) > 0).sort((a, b) => wanted(a) - wanted(b));
  let rest = Math.max(0, room);
  hungry.forEach((at, nth) => {
    const more = Math.min(wanted(at), Math.floor(rest / (hungry.length - nth)));
    widths.set(at, (least[at] ?? 0) + more);
    rest -= more;
  });
  return [...widths.values()];
}

function rowLines(columns: readonly Column[], widths: readonly number[], row: Row): string[] {
  const cells = columns.map((_, at) => wrapText(row[at] ?? '', widths[at]));
  const height = Math.max(...cells.map((lines) => lines.length));
  return Array.from({ length: height }, (_, nth) =>
    columns
      .map(({ numeric }, at) => {
        const text = cells[at]?.[nth] ?? '';
        const space = ' '.repeat(Math.max(0, (widths[at] ?? 0) - widthOf(text)));
        return numeric ? space + text : text + space;
      })
      .join(GAP)
      .trimEnd(),
  );
}

/** Rows as blocks: the first cell, then the titles and values of the others below it. */
function blockLines(columns: readonly Column[], rows: readonly Row[], width: number): string[] {
  return rows.flatMap(([heading = '', ...values], nth) => {
    const entries = values.flatMap((value, at): [string, string][] =>
      value === '' ? [] : [[columns[at + 1]?.title ?? '', value]],
    );
    const indented = pairs(entries, width - GAP.length).map((line) => GAP + line);
    return [...(heading === '' && nth > 0 ? [''] : wrapText(heading, width)), ...indented];
  });
}
