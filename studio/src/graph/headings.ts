import type { LineageGraph } from '../../../ts/src/studio/documents/graph.js';
import type { Camera } from './camera.js';
import type { Layout } from './layout.js';

/** The name of a task above its column. */
export interface Heading {
  /** Number of the column. */
  readonly nth: number;
  readonly text: string;
  /** Left end of the text, in pixels. */
  readonly x: number;
}

const CHARACTER = 7;
const LONGEST = 18;

/** Returns the names that have room above the columns that a camera shows. */
export function headingsOf(
  { tasks }: LineageGraph,
  { columns }: Layout,
  { x, scaleX }: Camera,
  width: number,
): readonly Heading[] {
  const headings: Heading[] = [];
  let end = 0;
  for (const [nth, { task, left }] of columns.entries()) {
    const at = (left - x) * scaleX - 4;
    const name = tasks[task] ?? 'root';
    const text = name.length > LONGEST ? `…${name.slice(1 - LONGEST)}` : name;
    if (at < end || at > width) continue;
    headings.push({ nth, text, x: at });
    end = at + CHARACTER * text.length + 12;
  }
  return headings;
}
