import { metric } from '../text/format.js';
import type { PictureCell, PictureRow } from '../views/picture.js';
import { boxes, text } from './frame.js';
import { type Drawing, middleOf } from './growth-drawing.js';
import { headingOf } from './growth-layout.js';
import { element, escapeXml } from './svg.js';

/** The place of a cell in the table. */
interface Place {
  readonly at: number;
  readonly column: number;
}

interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/**
 * The components of a model. One is solid where the model's task trained it; otherwise it is tinted.
 * It is the thicker the more models use it, and joined to the cell above where both are one
 * component.
 */
export function cellsOf(drawing: Drawing, row: PictureRow, at: number): readonly string[] {
  return drawing.layout.density === 'dense'
    ? ownersOf(drawing, row, at)
    : row.cells.map((cell, column) => cellAt(drawing, cell, { at, column }));
}

/** A component with its tooltip, and with the number of its owner unless the model trained it. */
function cellAt(drawing: Drawing, cell: PictureCell | null, place: Place): string {
  const { picture, numbers } = drawing;
  const box = boxAt(drawing, cell, place);
  const [middleX, middleY] = [box.x + box.width / 2, box.y + box.height / 2];
  if (!cell) return element('circle', { class: 'absent', cx: middleX, cy: middleY, r: 1.75 });
  const { at, column } = place;
  const isOwn = picture.rows[at]?.task === cell.owner;
  const number = numbers.get(cell.owner) ?? 0;
  const name = picture.columns[column];
  const owner = cell.owner ?? 'root';
  const label = `${name ? headingOf(name) : ''}: ${owner}, used by ${cell.users}, ${metric(cell.parameterCount)} parameters`;
  const joint = jointAt(drawing, cell, place);
  const isNumbered = !isOwn && cell.owner !== null;
  return element(
    'g',
    {},
    element('title', {}, escapeXml(label)),
    ...(joint ? [element('rect', { class: `o${number} reused`, ...joint })] : []),
    element('rect', {
      class: isOwn ? `o${number}` : `o${number} reused`,
      ...box,
      rx: Math.min(5, box.width / 4, box.height / 3),
    }),
    ...(isNumbered ? [text(middleX, middleY + 3.75, 'key', String(number))] : []),
  );
}

/** The components of a model, those of one owner as one shape with one tooltip. */
function ownersOf(drawing: Drawing, row: PictureRow, at: number): readonly string[] {
  const shapes = new Map<string, { owner: string; names: string[]; drawn: Box[] }>();
  for (const [column, cell] of row.cells.entries()) {
    if (!cell) continue;
    const number = drawing.numbers.get(cell.owner) ?? 0;
    const kind = cell.owner === row.task ? `o${number}` : `o${number} reused`;
    const shape = shapes.get(kind) ?? { owner: cell.owner ?? 'root', names: [], drawn: [] };
    shapes.set(kind, shape);
    const place = { at, column };
    const name = drawing.picture.columns[column];
    if (name) shape.names.push(headingOf(name));
    const joint = jointAt(drawing, cell, place);
    shape.drawn.push(boxAt(drawing, cell, place), ...(joint ? [joint] : []));
  }
  return [...shapes].map(([kind, { owner, names, drawn }]) =>
    boxes(
      kind,
      drawn.map(({ x, y, width, height }) => [x, y, width, height] as const),
      element('title', {}, escapeXml(`${row.task ?? 'root'}: ${names.length} of ${owner}`)),
    ),
  );
}

/** The least thickness of a component, as a share of its row. */
const THINNEST = 0.45;

function boxAt({ layout, mostUsers }: Drawing, cell: PictureCell | null, place: Place): Box {
  const { cellsX, columnWidth, rowHeight, rowGap } = layout;
  const gap = Math.min(6, columnWidth * 0.12);
  const users = Math.max(1, cell?.users ?? 1);
  const thick = mostUsers === 1 ? 0 : Math.log(users) / Math.log(mostUsers);
  const height = (rowHeight - rowGap) * (THINNEST + (1 - THINNEST) * thick);
  return {
    x: cellsX + place.column * columnWidth + gap / 2,
    y: middleOf(layout, place.at) - height / 2,
    width: columnWidth - gap,
    height,
  };
}

/** The joint to the cell above; null where that is another component. */
function jointAt(drawing: Drawing, cell: PictureCell, place: Place): Box | null {
  const above = drawing.picture.rows[place.at - 1]?.cells[place.column];
  if (above?.component !== cell.component) return null;
  const { x, y, width, height } = boxAt(drawing, cell, place);
  const gap = drawing.layout.rowHeight - height;
  return { x: x + width / 3, y: y - gap, width: width / 3, height: gap };
}
