import type { LineageGraph } from '../../../ts/src/studio/documents/graph.js';

/** Where the models of a graph stand, in units of the picture. */
export interface Layout {
  /** Two numbers for each model: to the right, and down. */
  readonly positions: Float32Array;
  readonly width: number;
  readonly height: number;
  /** One for each task iteration. */
  readonly columns: readonly Column[];
}

/** The models of one task iteration. */
export interface Column {
  /** Number of the task in `LineageGraph.tasks`. */
  readonly task: number;
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
 * as they were sampled. A child that grew from a model of its own column stands a step further
 * right. A model stays where it is, however the run goes on.
 */
export function layoutOf({ iteration, parent, task }: LineageGraph): Layout {
  const positions = new Float32Array(2 * iteration.length);
  const steps = new Uint8Array(iteration.length);
  const columns: Column[] = [];
  let [height, right] = [0, -GAP];
  for (const places of placesByIteration(iteration)) {
    const left = right + GAP;
    let offset = left;
    right = left;
    for (const [row, place] of places.entries()) {
      if (row > 0 && row % LONGEST === 0) offset = right + GAP / 2;
      const from = parent[place] ?? -1;
      const isInside = from >= 0 && iteration[from] === iteration[place];
      const step = isInside ? Math.min(MOST_STEPS, (steps[from] ?? 0) + 1) : 0;
      steps[place] = step;
      positions[2 * place] = offset + STEP * step;
      positions[2 * place + 1] = row % LONGEST;
      right = Math.max(right, offset + STEP * step);
      height = Math.max(height, row % LONGEST);
    }
    columns.push({ task: task[places[0] ?? 0] ?? -1, left, right });
  }
  return { positions, width: Math.max(0, right), height, columns };
}

/** Groups models by task iteration; root models come first. */
function placesByIteration(iteration: readonly number[]): readonly (readonly number[])[] {
  const groups = new Map<number, number[]>();
  for (const [place, each] of iteration.entries()) {
    const group = groups.get(each);
    if (group) group.push(place);
    else groups.set(each, [place]);
  }
  return [...groups].sort(([a], [b]) => a - b).map(([, places]) => places);
}
