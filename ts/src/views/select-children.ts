import type { TaskName } from '../domain/task.js';
import type { ChildRow } from './children.js';

/** The orders of children, by what each compares; the first child is the best or the largest. */
const ORDERS = {
  path: (row: ChildRow) => -row.pathId,
  quality: (row: ChildRow) => row.quality,
  score: (row: ChildRow) => row.score,
  time: (row: ChildRow) => row.trainSeconds,
} satisfies Record<string, (row: ChildRow) => number | null>;

/**
 * Names of the orders: `path`, oldest first; `quality` and `score`, best first; `time`, longest
 * training first.
 */
export type ChildOrder = keyof typeof ORDERS;

/**
 * The orders that `ChildSelection.sort` can name.
 *
 * @example
 * for (const sort of CHILD_ORDERS) console.log(openRun('quickstart').children({ sort, limit: 1 }));
 */
export const CHILD_ORDERS = Object.keys(ORDERS) as readonly ChildOrder[];

/** Which children are wanted, and in which order; by default all of them, oldest first. */
export interface ChildSelection {
  /** Only children of this task. */
  readonly task?: TaskName | undefined;
  /** Only those that were retained, or only those that were not. */
  readonly retained?: boolean | undefined;
  /** Only those that this worker trained. */
  readonly worker?: string | undefined;
  /** Children without the value come last. */
  readonly sort?: ChildOrder | undefined;
  /** Whether the order is reversed; children without the value still come last. */
  readonly reverse?: boolean | undefined;
  /** At most so many, after sorting. */
  readonly limit?: number | undefined;
}

/** Returns the selected children in the order that the selection asks for. */
export function selectChildren(
  rows: readonly ChildRow[],
  selection: ChildSelection,
): readonly ChildRow[] {
  const { task, retained, worker, sort = 'path', reverse = false, limit } = selection;
  const selected = rows.filter(
    (row) =>
      (task === undefined || row.task === task) &&
      (retained === undefined || row.retained === retained) &&
      (worker === undefined || row.worker === worker),
  );
  const rankOf = ORDERS[sort];
  const sign = reverse ? -1 : 1;
  const sorted = selected.sort((a, b) => {
    const [left, right] = [rankOf(a), rankOf(b)];
    if (left === null || right === null) return Number(left === null) - Number(right === null);
    return sign * (right - left);
  });
  return sorted.slice(0, limit);
}
