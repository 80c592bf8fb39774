import type { TaskName } from '../../domain/task.js';
import type { PictureRow, SystemPicture } from '../../views/picture.js';
import { element, escapeXml } from './svg.js';
import { type Layout, layoutOf } from './system-layout.js';

/** Number of an owner: 0 for root models, then tasks as they were learned. */
export type OwnerNumbers = ReadonlyMap<TaskName | null, number>;

/** What every part of the picture is drawn from. */
export interface Drawing {
  readonly picture: SystemPicture;
  readonly layout: Layout;
  readonly numbers: OwnerNumbers;
}

/** Arranges a picture, and numbers its owners. */
export function drawingOf(picture: SystemPicture): Drawing {
  return { picture, layout: layoutOf(picture), numbers: ownerNumbers(picture) };
}

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

/** The model from which a row's grew, in words. */
export function originOf({ picture }: Drawing, { task, parentId }: PictureRow): string {
  if (task === null) return 'frozen';
  const origin = picture.rows.find(({ pathId }) => pathId === parentId);
  return origin ? `from ${origin.task ?? 'root'}` : '';
}

/** Writes a line of text in the style of a class. */
export function text(
  x: number,
  y: number,
  kind: string,
  content: string,
  anchor?: 'end' | 'middle',
) {
  return element('text', { x, y, class: kind, 'text-anchor': anchor }, escapeXml(content));
}
