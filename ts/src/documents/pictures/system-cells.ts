import { metric } from '../../text/format.js';
import type { PictureCell } from '../../views/picture.js';
import { element, escapeXml } from './svg.js';
import { type Drawing, middleOf, text } from './system-drawing.js';
import { headingOf, type Layout } from './system-layout.js';

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
 * A component of a model. It is solid where the model's task trained it; otherwise it is tinted and
 * has the number of its owner. It is joined to the cell above where both are one component.
 */
export function cellAt(drawing: Drawing, cell: PictureCell | null, place: Place): string {
  const { picture, layout, numbers } = drawing;
  const box = boxAt(layout, place);
  const [middleX, middleY] = [box.x + box.width / 2, box.y + box.height / 2];
  if (!cell) return element('circle', { class: 'absent', cx: middleX, cy: middleY, r: 1.75 });
  const { at, column } = place;
  const isOwn = picture.rows[at]?.task === cell.owner;
  const number = numbers.get(cell.owner) ?? 0;
  const name = picture.columns[column];
  const owner = cell.owner ?? 'root';
  const label = `${name ? headingOf(name) : ''}: ${owner}, ${metric(cell.parameterCount)} parameters`;
  const isJoined = picture.rows[at - 1]?.cells[column]?.component === cell.component;
  const isNumbered = !isOwn && cell.owner !== null;
  return element(
    'g',
    {},
    element('title', {}, escapeXml(label)),
    ...(isJoined ? [element('rect', { class: `o${number} reused`, ...joint(layout, box) })] : []),
    element('rect', {
      class: isOwn ? `o${number}` : `o${number} reused`,
      ...box,
      rx: Math.min(5, box.width / 4),
    }),
    ...(isNumbered ? [text(middleX, middleY + 4, 'key', String(number))] : []),
  );
}

function boxAt(layout: Layout, { at, column }: Place): Box {
  const { cellsX, columnWidth, rowHeight } = layout;
  const gap = Math.min(6, columnWidth * 0.12);
  const height = rowHeight - (rowHeight >= 40 ? 14 : 6);
  return {
    x: cellsX + column * columnWidth + gap / 2,
    y: middleOf(layout, at) - height / 2,
    width: columnWidth - gap,
    height,
  };
}

/** The joint between a cell and the one above. */
function joint({ rowHeight }: Layout, { x, y, width, height }: Box): Box {
  const gap = rowHeight - height;
  return { x: x + width / 3, y: y - gap, width: width / 3, height: gap };
}
