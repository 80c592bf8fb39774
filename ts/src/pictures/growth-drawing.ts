import type { TaskName } from '../domain/task.js';
import type { PictureRow, SystemPicture } from '../views/picture.js';
import { shortName } from './frame.js';
import { type Layout, layoutOf } from './growth-layout.js';

/** Number of an owner: 0 for root models, then tasks as they were learned. */
export type OwnerNumbers = ReadonlyMap<TaskName | null, number>;

/** The inputs of every part of the picture. */
export interface Drawing {
  readonly picture: SystemPicture;
  readonly layout: Layout;
  readonly numbers: OwnerNumbers;
  /** The largest number of models that use one component. */
  readonly mostUsers: number;
}

/** Arranges a picture, and numbers its owners. */
export function drawingOf(picture: SystemPicture): Drawing {
  const users = picture.rows.flatMap(({ cells }) => cells.map((cell) => cell?.users ?? 0));
  const mostUsers = users.reduce((a, b) => Math.max(a, b), 1);
  return { picture, layout: layoutOf(picture), numbers: ownerNumbers(picture), mostUsers };
}

/** Numbers the tasks of a picture as they were learned; owners without a row come last. */
function ownerNumbers({ rows }: SystemPicture): OwnerNumbers {
  const owners = rows.flatMap(({ task, cells }) => [
    task,
    ...cells.flatMap((cell) => (cell ? [cell.owner] : [])),
  ]);
  const tasks = rows.flatMap(({ task }) => task ?? []);
  const known = new Set([null, ...tasks, ...owners]);
  return new Map([...known].map((owner, number) => [owner, number]));
}

/** The height at which the n-th row has its middle. */
export const middleOf = ({ cellsY, rowHeight }: Layout, at: number) =>
  cellsY + (at + 0.5) * rowHeight;

/** The model from which a row's grew, in words; a longer name than `width` is cut. */
export function originOf(
  { picture }: Drawing,
  { task, parentId }: PictureRow,
  width = Number.POSITIVE_INFINITY,
): string {
  if (task === null) return 'frozen';
  const origin = picture.rows.find(({ pathId }) => pathId === parentId);
  return origin ? `from ${shortName(origin.task ?? 'root', width)}` : '';
}
