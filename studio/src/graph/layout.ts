import type { Forest } from './models.js';

/** Where the models of a forest stand, in units of the picture. */
export interface Layout {
  /** Two numbers for each model: to the right, and down. */
  readonly positions: Float32Array;
  readonly width: number;
  readonly height: number;
  /** One for each task iteration that has children. */
  readonly columns: readonly Column[];
}

/** The children of one task iteration. */
export interface Column {
  readonly task: string;
  readonly iteration: number;
  readonly left: number;
  readonly right: number;
}

/** A longer column goes on beside itself. */
const LONGEST = 96;
/** Steps to the right within a column; a longer line of descent ends on the last one. */
const MOST_STEPS = 8;
const STEP = 0.4;
const GAP = 1.4;

/**
 * Places models: columns are task iterations as they were learned, rows within one are its children
 * as they were sampled. A child that grew from a child of its own column stands a step further
 * right. A model stands where it is from the moment that it is sampled, however the run goes on.
 */
export function layoutOf(forest: Forest): Layout {
  const { all, parents } = forest;
  const positions = new Float32Array(2 * all.length);
  const steps = new Uint8Array(all.length);
  const columns: Column[] = [];
  let height = 0;
  let right = 0;
  for (const [nth, places] of [...placesByIteration(forest)].entries()) {
    const left = nth === 0 ? 0 : right + GAP;
    right = left;
    let offset = left;
    for (const [row, place] of places.entries()) {
      if (row > 0 && row % LONGEST === 0) offset = right + GAP / 2;
      const parent = parents[place] ?? -1;
      const sameColumn = all[parent]?.iteration === all[place]?.iteration;
      const step = sameColumn ? Math.min(MOST_STEPS, (steps[parent] ?? 0) + 1) : 0;
      steps[place] = step;
      positions[2 * place] = offset + STEP * step;
      positions[2 * place + 1] = row % LONGEST;
      right = Math.max(right, offset + STEP * step);
      height = Math.max(height, row % LONGEST);
    }
    const first = all[places[0] ?? 0];
    if (first?.task != null && first.iteration !== null) {
      columns.push({ task: first.task, iteration: first.iteration, left, right });
    }
  }
  return { positions, width: right, height, columns };
}

/** Groups models by task iteration; those that no generation made come first. */
function placesByIteration({ all }: Forest): ReadonlyMap<number | null, readonly number[]> {
  const groups = new Map<number | null, number[]>();
  for (const [place, { iteration }] of all.entries()) {
    const group = groups.get(iteration);
    if (group) group.push(place);
    else groups.set(iteration, [place]);
  }
  return groups;
}
