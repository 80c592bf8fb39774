import { metric, percent, plural, truncate } from '../cli/format.js';
import type { TaskName } from '../domain/task.js';
import type { PictureCell, PictureRow, SystemPicture } from '../views/picture.js';
import { type OwnerColour, ownerColour, ROOT_COLOUR } from './owner-colours.js';
import { element, escapeXml, textWidth } from './svg.js';
import { headingOf, type Layout, layoutOf, MARGIN } from './system-layout.js';

/** Number of an owner: 0 for root models, then tasks as they were learned. */
type OwnerNumbers = ReadonlyMap<TaskName | null, number>;

/** What every part of the picture is drawn from. */
interface Drawing {
  readonly picture: SystemPicture;
  readonly layout: Layout;
  readonly numbers: OwnerNumbers;
}

/**
 * Draws a system as an SVG picture: a row per model, a column per component. The colour of a cell is
 * its owner's. A cell is solid where the model trained it, and tinted where it uses another's.
 */
export function systemSvg(picture: SystemPicture): string {
  const layout = layoutOf(picture);
  const numbers = ownerNumbers(picture);
  const drawing: Drawing = { picture, layout, numbers };
  const { width, height } = layout;
  const content = [
    element('title', { id: 'title' }, escapeXml(`The system ${picture.run}`)),
    element('desc', { id: 'desc' }, escapeXml(description(picture))),
    element('style', {}, styleSheet(numbers)),
    element('rect', {
      class: 'ground',
      x: 0.5,
      y: 0.5,
      width: width - 1,
      height: height - 1,
      rx: 10,
    }),
    ...heading(drawing),
    ...columnHeadings(drawing),
    ...lineageArcs(drawing),
    ...picture.rows.map((row, at) => modelRow(drawing, row, at)),
    ...legend(drawing),
  ];
  const attributes = {
    xmlns: 'http://www.w3.org/2000/svg',
    viewBox: `0 0 ${width} ${height}`,
    width,
    height,
    role: 'img',
    'aria-labelledby': 'title desc',
  };
  return `${element('svg', attributes, '\n', `${content.join('\n')}\n`)}\n`;
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

/** Says in words what the picture shows. */
function description({ rows, columns }: SystemPicture): string {
  const models = rows.flatMap((row) => {
    if (row.task === null) return [];
    const owners = new Map<string, number>();
    for (const cell of row.cells) {
      if (!cell) continue;
      const owner = cell.owner ?? 'the root model';
      owners.set(owner, (owners.get(owner) ?? 0) + 1);
    }
    const parts = [...owners].map(([owner, n]) =>
      owner === row.task ? `${n} of its own` : `${n} of ${owner}`,
    );
    const accuracy =
      row.testAccuracy === null ? '' : `, test accuracy ${percent(row.testAccuracy)}`;
    return [`${row.task} uses ${parts.join(', ')}${accuracy}.`];
  });
  const names = columns.map(headingOf).join(', ');
  return `Rows are models, columns are components: ${names}. ${models.join(' ')}`;
}

function styleSheet(numbers: OwnerNumbers): string {
  const colours = [...numbers.values()].map(colourOf);
  const rules = (ground: keyof OwnerColour) =>
    colours.map((colour, n) => `.o${n}{fill:${colour[ground]}}.l${n}{stroke:${colour[ground]}}`);
  return [
    "text{font-family:ui-sans-serif,system-ui,-apple-system,'Segoe UI',Helvetica,Arial,sans-serif;font-size:12px;fill:#57606a}",
    'text.title{font-size:17px;font-weight:600}text.name{font-size:14px;font-weight:600}',
    'text.head{font-size:11px}text.small{font-size:11px}text.figure{font-variant-numeric:tabular-nums}',
    'text.number{font-size:11px;font-weight:600;text-anchor:middle;fill:#fff}',
    'text.key{font-size:10.5px;font-weight:600;text-anchor:middle}',
    'text.title,text.name,text.strong,text.key{fill:#1f2328}.strong{font-weight:600}',
    '.ground{fill:#fff;stroke:#d0d7de}.rule{stroke:#d8dee4}.track{fill:#eaeef2}',
    '.arc{fill:none;stroke-width:1.75;stroke-linecap:round}.reused{fill-opacity:.22}.absent{fill:#d0d7de}',
    ...rules('light'),
    '@media (prefers-color-scheme:dark){text{fill:#9198a1}text.number{fill:#0d1117}',
    'text.title,text.name,text.strong,text.key{fill:#f0f6fc}',
    '.ground{fill:#0d1117;stroke:#30363d}.rule{stroke:#21262d}.track{fill:#21262d}',
    '.reused{fill-opacity:.3}.absent{fill:#30363d}',
    ...rules('dark'),
    '}',
  ].join('\n');
}

function colourOf(number: number): OwnerColour {
  return number === 0 ? ROOT_COLOUR : ownerColour(number - 1);
}

function text(x: number, y: number, kind: string, content: string, anchor?: 'end' | 'middle') {
  return element('text', { x, y, class: kind, 'text-anchor': anchor }, escapeXml(content));
}

function heading({ picture }: Drawing): readonly string[] {
  const { run, rows, meanTestAccuracy, systemParams } = picture;
  const tasks = rows.filter(({ task }) => task !== null).length;
  const figures = [
    plural(tasks, 'task'),
    `${metric(systemParams)} parameters in all`,
    ...(meanTestAccuracy === null ? [] : [`mean test accuracy ${percent(meanTestAccuracy)}`]),
  ];
  return [
    text(MARGIN, 40, 'title', truncate(run, 48)),
    text(MARGIN, 60, 'subtitle', figures.join('  ·  ')),
  ];
}

function columnHeadings({ picture, layout }: Drawing): readonly string[] {
  const { cellsX, cellsY, columnWidth, slanted, accuracyX, parametersX } = layout;
  const y = cellsY - 10;
  const columns = picture.columns.map((name, at) => {
    const x = cellsX + (at + 0.5) * columnWidth;
    if (!slanted) return text(x, y, 'head', headingOf(name), 'middle');
    const turned = `translate(${(x + 3).toFixed(2)} ${y.toFixed(2)}) rotate(-45)`;
    return element('text', { class: 'head', transform: turned }, headingOf(name));
  });
  return [
    ...columns,
    text(accuracyX, y, 'head', 'test accuracy', 'end'),
    text(parametersX, y, 'head', 'parameters', 'end'),
    text(layout.barX, y, 'head', 'by owner'),
  ];
}

/** Curves from each model to those that grew from it, in the colour of the model they leave. */
function lineageArcs({ picture, layout, numbers }: Drawing): readonly string[] {
  const { rows } = picture;
  return rows.flatMap((row, at) => {
    const from = rows.findIndex(({ pathId }) => pathId === row.parent);
    const parent = rows[from];
    if (!parent) return [];
    const [y1, y2] = [middleOf(layout, from), middleOf(layout, at)];
    const x = layout.dotX;
    const bend = Math.min(38, 10 + 9 * Math.abs(at - from));
    const d = [`M${x} ${y1}`, `C${x - bend} ${y1}`, `${x - bend} ${y2}`, `${x} ${y2}`].join(' ');
    return [element('path', { class: `arc l${numbers.get(parent.task)}`, d })];
  });
}

const middleOf = ({ cellsY, rowHeight }: Layout, at: number) => cellsY + (at + 0.5) * rowHeight;

function modelRow(drawing: Drawing, row: PictureRow, at: number): string {
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

function originOf({ picture }: Drawing, { task, parent }: PictureRow): string {
  if (task === null) return 'frozen';
  const origin = picture.rows.find(({ pathId }) => pathId === parent);
  return origin ? `from ${origin.task ?? 'root'}` : '';
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

/** The meaning of the cells, and where each stands in the legend. */
function legend({ layout, numbers }: Drawing): readonly string[] {
  const y = layout.legendY;
  const own = numbers.size > 1 ? 1 : 0;
  const entries: readonly (readonly [kind: string, key: string, meaning: string])[] = [
    [`o${own}`, '', 'trained for this task'],
    [`o${own} reused`, String(own), 'reused from the task of this number, frozen'],
    ['o0 reused', '', 'reused from the root model, frozen'],
  ];
  let next = layout.labelX;
  return entries.flatMap(([kind, key, meaning]) => {
    const x = next;
    next += 30 + textWidth(meaning, 11) + 26;
    return [
      element('rect', { class: kind, x, y: y - 10, width: 22, height: 14, rx: 3 }),
      ...(key === '' ? [] : [text(x + 11, y + 1, 'key', key)]),
      text(x + 30, y + 1, 'small', meaning),
    ];
  });
}
