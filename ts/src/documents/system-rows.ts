import { metric, percent, truncate } from '../cli/format.js';
import type { TaskName } from '../domain/task.js';
import type { PictureCell, PictureRow } from '../views/picture.js';
import { element, escapeXml } from './svg.js';
import { type Drawing, middleOf, originOf, text } from './system-drawing.js';
import { headingOf, MARGIN } from './system-layout.js';

/** A model: its name and lineage, its components and its figures. */
export function modelRow(drawing: Drawing, row: PictureRow, at: number): string {
  const { layout, numbers } = drawing;
  const { dotX, labelX, labelWidth, rowHeight, accuracyX, parametersX, width } = layout;
  const y = middleOf(layout, at);
  const number = numbers.get(row.task) ?? 0;
  const name = row.task ?? 'root';
  const roomy = rowHeight >= 40;
  const labels = roomy
    ? [
        text(labelX, y - 2, 'name', truncate(name, Math.floor(labelWidth / 7.8))),
        text(labelX, y + 13, 'small', truncate(originOf(drawing, row), 30)),
      ]
    : [text(labelX, y + 4, 'strong', truncate(name, Math.floor(labelWidth / 6.6)))];
  const above =
    at > 0 &&
    element('line', {
      class: 'rule',
      x1: labelX,
      x2: width - MARGIN,
      y1: y - rowHeight / 2,
      y2: y - rowHeight / 2,
    });
  const figures =
    row.task === null
      ? []
      : [
          text(accuracyX, y + 4, 'figure strong', percent(row.testAccuracy), 'end'),
          text(parametersX, y + 4, 'figure', metric(row.parameterCount), 'end'),
          ...ownerBar(drawing, row, y),
        ];
  return element(
    'g',
    {},
    above || '',
    element('title', {}, escapeXml(tooltip(drawing, row))),
    element('circle', { class: `o${number}`, cx: dotX, cy: y, r: roomy ? 10 : 9 }),
    text(dotX, y + 4, 'number', row.task === null ? '' : String(number)),
    ...labels,
    ...row.cells.map((cell, column) => cellAt(drawing, cell, { at, column })),
    ...figures,
  );
}

function tooltip(drawing: Drawing, row: PictureRow): string {
  const { task, pathId } = row;
  return task === null
    ? `root model, path ${pathId}`
    : `${task}, path ${pathId}, ${originOf(drawing, row)}`;
}

/** A cell, joined to the one above where both are one component. */
function cellAt(
  { picture, layout, numbers }: Drawing,
  cell: PictureCell | null,
  { at, column }: { readonly at: number; readonly column: number },
): string {
  const { cellsX, columnWidth, rowHeight } = layout;
  const gap = Math.min(6, columnWidth * 0.12);
  const x = cellsX + column * columnWidth + gap / 2;
  const width = columnWidth - gap;
  const y = middleOf(layout, at);
  const height = rowHeight - (rowHeight >= 40 ? 14 : 6);
  if (!cell) {
    return element('circle', { class: 'absent', cx: x + width / 2, cy: y, r: 1.75 });
  }
  const row = picture.rows[at];
  const isOwn = row?.task === cell.owner;
  const number = numbers.get(cell.owner) ?? 0;
  const name = picture.columns[column];
  const label = `${name ? headingOf(name) : ''}: ${cell.owner ?? 'root'}, ${metric(cell.parameterCount)} parameters`;
  const key = !isOwn && cell.owner !== null && columnWidth >= 13;
  return element(
    'g',
    {},
    element('title', {}, escapeXml(label)),
    element('rect', {
      class: isOwn ? `o${number}` : `o${number} reused`,
      x,
      y: y - height / 2,
      width,
      height,
      rx: Math.min(5, width / 4),
    }),
    ...(key ? [text(x + width / 2, y + 4, 'key', String(number))] : []),
  );
}

/** A bar as long as the model is large, in parts for the owners of its parameters. */
function ownerBar({ picture, layout, numbers }: Drawing, row: PictureRow, y: number): string[] {
  const { barX, barWidth } = layout;
  const largest = Math.max(
    ...picture.rows.flatMap(({ task, parameterCount }) => (task === null ? [] : parameterCount)),
  );
  const parts = new Map<TaskName | null, number>();
  for (const cell of row.cells) {
    if (cell) parts.set(cell.owner, (parts.get(cell.owner) ?? 0) + cell.parameterCount);
  }
  let x = barX;
  return [...parts]
    .sort(([a], [b]) => (numbers.get(a) ?? 0) - (numbers.get(b) ?? 0))
    .map(([owner, count]) => {
      const width = (barWidth * count) / largest;
      const part = element('rect', {
        class: owner === row.task ? `o${numbers.get(owner)}` : `o${numbers.get(owner)} reused`,
        x,
        y: y - 4,
        width,
        height: 8,
      });
      x += width;
      return part;
    });
}
