import { wrapText } from '../../text/wrap.js';

/** An entry of the tree that a graph draws. */
export interface GraphEntry {
  readonly id: string;
  readonly parent: string | null;
  /** ISO 8601, UTC. */
  readonly time: string;
  readonly kind: string;
}

/** Columns that a text gets beside even the widest graph. */
const NARROWEST = 20;

/**
 * Draws a history as a graph, latest entry first. Each entry has a mark, and each branch a column
 * that joins the column of its parent. The first line of an entry's text is beside its mark.
 *
 * @param entries the entries, each after its parent.
 * @param width columns of the terminal, to which texts are wrapped.
 */
export function graphLines<Entry extends GraphEntry>(
  entries: readonly Entry[],
  textOf: (entry: Entry) => readonly string[],
  width?: number,
): readonly string[] {
  const lines: string[] = [];
  /** The entry that each column leads down to; null if the column is free. */
  let columns: (string | null)[] = [];
  for (const entry of latestFirst(entries)) {
    const leading = columns.flatMap((id, at) => (id === entry.id ? [at] : []));
    const free = columns.indexOf(null);
    const column = leading[0] ?? (free < 0 ? columns.length : free);
    const joining = leading.slice(1);
    if (joining.length > 0) lines.push(joinLine(columns, column, joining));
    columns = columns.map((id) => (id === entry.id ? null : id));
    columns[column] = entry.parent;
    const mark = entry.kind === 'begun' ? '○' : '●';
    const draw = (own: string) =>
      columns.map((id, at) => (at === column ? own : id === null ? ' ' : '│')).join(' ');
    const below = draw(entry.parent === null ? ' ' : '│');
    const room = width && Math.max(NARROWEST, width - below.length - 2);
    const texts = textOf(entry).flatMap((text) => wrapText(text, room));
    texts.forEach((text, nth) => {
      lines.push(`${nth === 0 ? draw(mark) : below}  ${text}`);
    });
    while (columns.at(-1) === null) columns = columns.slice(0, -1);
  }
  return lines;
}

/** Draws the line on which columns join another one: `├─┴─╯`. */
function joinLine(
  columns: readonly (string | null)[],
  column: number,
  joining: readonly number[],
): string {
  const last = joining.at(-1) ?? column;
  return columns
    .map((id, at) => {
      const dash = at > column && at <= last ? '─' : at === 0 ? '' : ' ';
      if (at === column) return `${dash}├`;
      if (joining.includes(at)) return `${dash}${at === last ? '╯' : '┴'}`;
      if (at > column && at < last) return `${dash}${id === null ? '─' : '┼'}`;
      return `${dash}${id === null ? ' ' : '│'}`;
    })
    .join('')
    .trimEnd();
}

/** Sorts entries so that each comes before its parent, and later ones come as early as possible. */
function latestFirst<Entry extends GraphEntry>(entries: readonly Entry[]): readonly Entry[] {
  const waiting = new Map<string, number>();
  for (const { parent } of entries) {
    if (parent !== null) waiting.set(parent, (waiting.get(parent) ?? 0) + 1);
  }
  const left = entries.map((entry, at) => ({ entry, at }));
  const ordered: Entry[] = [];
  while (left.length > 0) {
    const ready = left.filter(({ entry }) => (waiting.get(entry.id) ?? 0) === 0);
    const [next] = ready.sort((a, b) => b.entry.time.localeCompare(a.entry.time) || b.at - a.at);
    if (!next) throw new Error('a history has no loops');
    left.splice(left.indexOf(next), 1);
    const { parent } = next.entry;
    if (parent !== null) waiting.set(parent, (waiting.get(parent) ?? 0) - 1);
    ordered.push(next.entry);
  }
  return ordered;
}
