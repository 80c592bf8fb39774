import type { ChildColumns } from '../../../ts/src/studio/documents/children.js';

/** Which children are shown. */
export interface ChildFilter {
  readonly task: string | null;
  readonly worker: string | null;
  readonly outcome: Outcome | null;
  /** Only children with at least this best validation, in [0, 1]. */
  readonly minQuality: number;
  /** Only the child with this number, and those that grew from it; null for all. */
  readonly path: number | null;
}

/** Names of the outcomes of a child. */
export const OUTCOMES = ['retained', 'discarded', 'failed'] as const;

/** The outcome of a child. */
export type Outcome = (typeof OUTCOMES)[number];

/** Names of the columns that children can be sorted by. */
export const SORT_KEYS = [
  ...(['path', 'parent', 'task', 'generation', 'quality', 'score'] as const),
  ...(['trained', 'seconds', 'worker'] as const),
] as const;

/** A column that children can be sorted by. */
export type SortKey = (typeof SORT_KEYS)[number];

/** The best validation of each child; null if it was never validated. */
export function bestQualities({ qualities }: ChildColumns): readonly (number | null)[] {
  return qualities.map((curve) => (curve.length === 0 ? null : Math.max(...curve)));
}

/** Says what became of a child. */
export function outcomeOf({ retained, failed }: ChildColumns, place: number): Outcome {
  if (retained[place]) return 'retained';
  return failed[place] ? 'failed' : 'discarded';
}

/** Returns the places of the children that the filter shows, oldest first. */
export function filterChildren(
  columns: ChildColumns,
  best: readonly (number | null)[],
  filter: ChildFilter,
): readonly number[] {
  const task = filter.task === null ? null : columns.tasks.indexOf(filter.task);
  const worker = filter.worker === null ? null : columns.workers.indexOf(filter.worker);
  return columns.pathId.flatMap((path, place) => {
    const shows =
      (task === null || columns.task[place] === task) &&
      (worker === null || columns.worker[place] === worker) &&
      (filter.outcome === null || outcomeOf(columns, place) === filter.outcome) &&
      (filter.minQuality <= 0 || (best[place] ?? 0) >= filter.minQuality) &&
      (filter.path === null || path === filter.path || columns.parentId[place] === filter.path);
    return shows ? [place] : [];
  });
}

/** Sorts places; children without a value come last, and equal ones stay oldest first. */
export function sortChildren(
  columns: ChildColumns,
  places: readonly number[],
  key: SortKey,
  isDescending: boolean,
): readonly number[] {
  const values = valuesOf(columns, key);
  const sign = isDescending ? -1 : 1;
  return [...places].sort((a, b) => {
    const [left, right] = [values[a] ?? null, values[b] ?? null];
    if (left === null || right === null) {
      return Number(left === null) - Number(right === null) || a - b;
    }
    return sign * (left - right) || a - b;
  });
}

function valuesOf(columns: ChildColumns, key: SortKey): readonly (number | null)[] {
  switch (key) {
    case 'path':
      return columns.pathId;
    case 'parent':
      return columns.parentId;
    case 'task':
      return columns.task;
    case 'generation':
      return columns.iteration.map((each, n) => 1e6 * each + (columns.generation[n] ?? 0));
    case 'quality':
      return bestQualities(columns);
    case 'score':
      return columns.score;
    case 'trained':
      return columns.trainedParameterCount;
    case 'seconds':
      return columns.trainSeconds;
    case 'worker':
      return columns.worker;
  }
}
