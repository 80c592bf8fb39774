import { briefly, metric, percent, plural, truncate } from '../text/format.js';
import type { SystemPicture } from '../views/picture.js';
import { frame, type Sheet, text, turnedText } from './frame.js';
import { type Drawing, drawingOf, middleOf } from './growth-drawing.js';
import { headingOf } from './growth-layout.js';
import { modelRow } from './growth-rows.js';
import { element, textWidth } from './svg.js';
import type { PictureTable } from './table.js';
import type { Theme } from './theme.js';

/**
 * Draws a system as an SVG picture: a row per model, a column per component. The colour of a cell
 * is its owner's. A cell is solid where the model trained it, and tinted where it uses another's. It
 * is the thicker the more models use it.
 *
 * @example
 * const svg = systemSvg(openRun('quickstart').picture());
 * console.log(svg.startsWith('<svg'));
 */
export function systemSvg(picture: SystemPicture, theme: Theme = 'auto'): string {
  return frame(drawGrowth(picture), { theme });
}

/** Draws what {@link systemSvg} writes. */
export function drawGrowth(picture: SystemPicture): Sheet {
  const drawing = drawingOf(picture);
  const { layout, numbers } = drawing;
  return {
    title: truncate(picture.run, 48),
    subtitle: subtitleOf(picture),
    description: description(picture),
    width: layout.width,
    height: layout.height,
    tasks: numbers.size - 1,
    content: [
      ...columnHeadings(drawing),
      // Arcs between hundreds of rows show nothing; the picture of the lineage does.
      ...(layout.density === 'dense' ? [] : lineageArcs(drawing)),
      ...picture.rows.map((row, at) => modelRow(drawing, row, at)),
      ...legend(drawing),
    ],
  };
}

/** Returns whose components each model has. */
export function growthTable({ rows, columns }: SystemPicture): PictureTable {
  return {
    columns: [
      { title: 'model' },
      { title: 'test accuracy', numeric: true },
      { title: 'parameters', numeric: true },
      { title: 'trained for it' },
      { title: 'reused from' },
    ],
    rows: rows.map(({ task, testAccuracy, parameterCount, cells }) => {
      const own = columns.filter((_, at) => task !== null && cells[at]?.owner === task);
      const reused = new Map<string, number>();
      for (const cell of cells) {
        if (cell === null || cell.owner === task) continue;
        reused.set(cell.owner ?? 'root', (reused.get(cell.owner ?? 'root') ?? 0) + 1);
      }
      return [
        task ?? 'root',
        percent(testAccuracy),
        metric(parameterCount),
        briefly(own),
        [...reused].map(([owner, n]) => `${owner} (${n})`).join(', '),
      ];
    }),
  };
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

function subtitleOf({ rows, meanTestAccuracy, systemParameterCount }: SystemPicture): string {
  const tasks = rows.filter(({ task }) => task !== null).length;
  const figures = [
    plural(tasks, 'task'),
    `${metric(systemParameterCount)} parameters in all`,
    ...(meanTestAccuracy === null ? [] : [`mean test accuracy ${percent(meanTestAccuracy)}`]),
  ];
  return figures.join('  ·  ');
}

function columnHeadings({ picture, layout }: Drawing): readonly string[] {
  const { cellsX, cellsY, columnWidth, headingAngle, accuracyX, parametersX } = layout;
  const y = cellsY - 10;
  const columns = picture.columns.map((name, at) => {
    const x = cellsX + (at + 0.5) * columnWidth;
    if (headingAngle === 0) return text(x, y, 'head', headingOf(name), 'middle');
    return turnedText([x + 3, y], headingAngle, 'head', headingOf(name));
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
  const isNumbered = layout.density !== 'dense';
  const entries: readonly (readonly [kind: string, key: string, meaning: string])[] = [
    [`o${own}`, '', 'trained for this task'],
    isNumbered
      ? [`o${own} reused`, String(own), 'frozen, of the task of this number']
      : [`o${own} reused`, '', 'frozen, of the task of this colour'],
    ['o0 reused', '', 'frozen, of the root model'],
  ];
  let next = layout.dotX - 10;
  const drawn = entries.flatMap(([kind, key, meaning]) => {
    const x = next;
    next += 30 + textWidth(meaning, 11) + 18;
    return [
      element('rect', { class: kind, x, y: y - 10, width: 22, height: 14, rx: 3 }),
      ...(key === '' ? [] : [text(x + 11, y + 1, 'key', key)]),
      text(x + 30, y + 1, 'small', meaning),
    ];
  });
  const bar = (x: number, height: number) =>
    element('rect', { class: 'o0', x, y: y - 3 - height / 2, width: 12, height, rx: 2 });
  return [
    ...drawn,
    bar(next, 6),
    bar(next + 14, 14),
    text(next + 34, y + 1, 'small', 'thicker: in more models'),
  ];
}
