import type { ChildRow } from '../children.js';

/** Consecutive generations of a run, and their children. */
export interface Span {
  /** The first and the last generation, counted from 1 over the whole history. */
  readonly from: number;
  readonly to: number;
  readonly children: readonly ChildRow[];
}

/** More generations than this are drawn together. */
const MOST_SPANS = 96;

/** Divides the generations of a history into at most {@link MOST_SPANS} equal spans. */
export function spansOf(children: readonly ChildRow[]): readonly Span[] {
  const generations = new Map<string, ChildRow[]>();
  for (const child of children) {
    const key = `${child.iteration}.${child.generation}`;
    const known = generations.get(key);
    if (known) known.push(child);
    else generations.set(key, [child]);
  }
  const ordered = [...generations.values()];
  const length = Math.max(1, Math.ceil(ordered.length / MOST_SPANS));
  return Array.from({ length: Math.ceil(ordered.length / length) }, (_, nth) => {
    const from = nth * length;
    const to = Math.min(ordered.length, from + length);
    return { from: from + 1, to, children: ordered.slice(from, to).flat() };
  });
}
