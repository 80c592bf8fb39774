import type { PathId } from '../../domain/path.js';
import type { TaskName } from '../../domain/task.js';
import type { PictureRow, SystemPicture } from '../picture.js';

/** A model in the tree of models: it grew from the model above it that is one step shallower. */
export interface LineageNode {
  readonly pathId: PathId;
  /** null for a root model. */
  readonly task: TaskName | null;
  readonly parentId: PathId | null;
  /** Steps from a root model, which has 0. */
  readonly depth: number;
  /** Number of models that grew from it, directly or not. */
  readonly descendants: number;
  /** Top-1 on the whole test split, in [0, 1]; null for a root model, and until it is evaluated. */
  readonly testAccuracy: number | null;
}

/** Returns each model before those that grew from it; siblings in the order of learning. */
export function lineageOf({ rows }: SystemPicture): readonly LineageNode[] {
  const known = new Set(rows.map(({ pathId }) => pathId));
  const grownFrom = new Map<PathId | null, PictureRow[]>();
  for (const row of rows) {
    const parent = row.parentId !== null && known.has(row.parentId) ? row.parentId : null;
    grownFrom.set(parent, [...(grownFrom.get(parent) ?? []), row]);
  }
  const subtree = (row: PictureRow, depth: number): readonly LineageNode[] => {
    const below = (grownFrom.get(row.pathId) ?? []).flatMap((each) => subtree(each, depth + 1));
    const { pathId, task, parentId, testAccuracy } = row;
    const descendants = below.length;
    return [{ pathId, task, parentId, depth, descendants, testAccuracy }, ...below];
  };
  return (grownFrom.get(null) ?? []).flatMap((root) => subtree(root, 0));
}
