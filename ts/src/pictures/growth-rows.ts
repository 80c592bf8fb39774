import type { TaskName } from '../domain/task.js';
import { metric, percent } from '../text/format.js';
import type { PictureRow } from '../views/picture.js';
import { MARGIN, shortName, text } from './frame.js';
import { cellsOf } from './growth-cells.js';
import { type Drawing, middleOf, originOf } from './growth-drawing.js';
import { element, escapeXml } from './svg.js';

/** A model: its name and lineage, its components and its figures. */
export function modelRow(drawing: Drawing, row: PictureRow, at: number): string {
  const { layout, numbers } = drawing;
  const { dotX, labelX, labelWidth, rowHeight, accuracyX, parametersX, width } = layout;
  const y = middleOf(layout, at);
  const number = numbers.get(row.task) ?? 0;
  const name = row.task ?? 'root';
  const { density } = layout;
  const labels =
    density === 'roomy'
      ? [
          text(labelX, y - 2, 'name', shortName(name, Math.floor(labelWidth / 7.8))),
          text(labelX, y + 13, 'small', originOf(drawing, row, 24)),
        ]
      : [
          text(
            labelX,
            y + 4,
            density === 'close' ? 'strong' : 'small',
            shortName(name, Math.floor(labelWidth / 6.6)),
          ),
        ];
  const above =
    at > 0 &&
    density !== 'dense' &&
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
    element('circle', { class: `o${number}`, cx: dotX, cy: y, r: RADIUS[density] }),
    ...(row.task === null ? [] : [numberAt(drawing, y, number)]),
    ...labels,
    ...cellsOf(drawing, row, at),
    ...figures,
  );
}

const RADIUS = { roomy: 10, close: 9, dense: 7.5 } as const;

function numberAt({ layout }: Drawing, y: number, number: number): string {
  const isSmall = layout.density === 'dense';
  const kind = `${isSmall ? 'little' : 'number'} n${number}`;
  return text(layout.dotX, y + (isSmall ? 3 : 4), kind, String(number));
}

function tooltip(drawing: Drawing, row: PictureRow): string {
  const { task, pathId } = row;
  return task === null
    ? `root model, path ${pathId}`
    : `${task}, path ${pathId}, ${originOf(drawing, row)}`;
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
