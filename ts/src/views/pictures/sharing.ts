import type { TaskName } from '../../domain/task.js';
import type { PictureRow, SystemPicture } from '../picture.js';

/** How much the models of a system share with each other. */
export interface Sharing {
  /** Tasks in the order in which they were learned. */
  readonly tasks: readonly TaskName[];
  /** `shares[a][b]` is the fraction of the parameters of model a that model b uses too. */
  readonly shares: readonly (readonly number[])[];
}

/** Returns the shares of each task's model with every other one; with itself it shares all. */
export function sharingOf({ rows }: SystemPicture): Sharing {
  const models = rows.flatMap((row) => (row.task === null ? [] : [{ ...row, task: row.task }]));
  const components = models.map(
    ({ cells }) => new Set(cells.flatMap((cell) => (cell ? [cell.component] : []))),
  );
  return {
    tasks: models.map(({ task }) => task),
    shares: models.map((model) => components.map((others) => sharedFraction(model, others))),
  };
}

function sharedFraction(
  { cells, parameterCount }: PictureRow,
  others: ReadonlySet<string>,
): number {
  const shared = cells.reduce(
    (sum, cell) => sum + (cell && others.has(cell.component) ? cell.parameterCount : 0),
    0,
  );
  return parameterCount === 0 ? 0 : shared / parameterCount;
}
