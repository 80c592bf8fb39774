import { metric, percent, plural, truncate } from '../../text/format.js';
import type { SystemPicture } from '../../views/picture.js';
import { element, escapeXml, textWidth } from './svg.js';
import { type Drawing, drawingOf, middleOf, text } from './system-drawing.js';
import { headingOf, MARGIN } from './system-layout.js';
import { modelRow } from './system-rows.js';
import { styleSheet } from './system-style.js';

/**
 * Draws a system as an SVG picture: a row per model, a column per component. The colour of a cell
 * is its owner's. A cell is solid where the model trained it, and tinted where it uses another's.
 *
 * @example
 * const svg = systemSvg(openRun('quickstart').picture());
 * console.log(svg.startsWith('<svg'));
 */
export function systemSvg(picture: SystemPicture): string {
  const drawing = drawingOf(picture);
  const { width, height } = drawing.layout;
  const content = [
    element('title', { id: 'title' }, escapeXml(`The system ${picture.run}`)),
    element('desc', { id: 'desc' }, escapeXml(description(picture))),
    element('style', {}, styleSheet(drawing.numbers)),
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

function heading({ picture }: Drawing): readonly string[] {
  const { run, rows, meanTestAccuracy, systemParameterCount } = picture;
  const tasks = rows.filter(({ task }) => task !== null).length;
  const figures = [
    plural(tasks, 'task'),
    `${metric(systemParameterCount)} parameters in all`,
    ...(meanTestAccuracy === null ? [] : [`mean test accuracy ${percent(meanTestAccuracy)}`]),
  ];
  return [
    text(MARGIN, 40, 'title', truncate(run, 48)),
    text(MARGIN, 60, 'subtitle', figures.join('  ·  ')),
  ];
}

function columnHeadings({ picture, layout }: Drawing): readonly string[] {
  const { cellsX, cellsY, columnWidth, headingAngle, accuracyX, parametersX } = layout;
  const y = cellsY - 10;
  const columns = picture.columns.map((name, at) => {
    const x = cellsX + (at + 0.5) * columnWidth;
    if (headingAngle === 0) return text(x, y, 'head', headingOf(name), 'middle');
    const turned = `translate(${(x + 3).toFixed(2)} ${y.toFixed(2)}) rotate(-${headingAngle})`;
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
    const from = rows.findIndex(({ pathId }) => pathId === row.parentId);
    const parent = rows[from];
    if (!parent) return [];
    const [y1, y2] = [middleOf(layout, from), middleOf(layout, at)];
    const x = layout.dotX;
    const bend = Math.min(38, 10 + 9 * Math.abs(at - from));
    const d = [`M${x} ${y1}`, `C${x - bend} ${y1}`, `${x - bend} ${y2}`, `${x} ${y2}`].join(' ');
    return [element('path', { class: `arc l${numbers.get(parent.task)}`, d })];
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
