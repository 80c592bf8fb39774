import { percent, plural } from '../text/format.js';
import type { Sharing } from '../views/pictures/sharing.js';
import { HEAD, MARGIN, type Sheet, shortName, text, turnedText, USUAL_WIDTH } from './frame.js';
import { heatLegend, heatMap, shadeOf } from './heat.js';
import { element, textWidth } from './svg.js';
import type { PictureTable } from './table.js';

/** How much the models of a run share with each other. */
export interface SharingPicture extends Sharing {
  readonly run: string;
}

/** Cells this wide or wider have their value as a number. */
const NUMBERED = 26;
const [CELL_LEAST, CELL_MOST] = [11, 48];
const NAME_MOST = 26;

/** Draws, for each pair of tasks, how much of the row's model the column's model uses too. */
export function drawSharing({ run, tasks, shares }: SharingPicture): Sheet {
  const names = tasks.map((task) => shortName(task, NAME_MOST));
  const room = USUAL_WIDTH - 2 * MARGIN - 200;
  const cell = Math.floor(
    Math.max(CELL_LEAST, Math.min(CELL_MOST, room / Math.max(1, tasks.length))),
  );
  const kind = cell >= 14 ? 'small' : 'tiny';
  const size = cell >= 14 ? 11 : 9.5;
  const longest = Math.max(40, ...names.map((name) => textWidth(name, size)));
  const x = Math.ceil(MARGIN + longest + 10);
  const top = Math.ceil(HEAD + longest + 14);
  const bottom = top + cell * tasks.length;
  // A model shares all with itself, which says nothing.
  const others = shares.map((row, at) =>
    row.map((share, column) => (at === column ? null : share)),
  );
  const subtitle = `${run}  ·  how much of the model of a row the model of a column uses too`;
  const layout = { x, y: top, columnWidth: cell, rowHeight: cell, gap: cell > 16 ? 2 : 1 };
  return {
    title: 'Sharing between tasks',
    subtitle,
    description: describe({ tasks, shares }),
    width: Math.ceil(
      2 * MARGIN + Math.max(x + cell * tasks.length - MARGIN, textWidth(subtitle, 12)),
    ),
    height: Math.ceil(bottom + 56),
    tasks: 0,
    content: [
      ...names.flatMap((name, at) => [
        text(x - 8, top + (at + 0.5) * cell + size / 3, kind, name, 'end'),
        turnedText([x + (at + 0.5) * cell + size / 3, top - 8], 90, kind, name),
      ]),
      element('rect', {
        class: 'band',
        x,
        y: top,
        width: cell * tasks.length,
        height: cell * tasks.length,
      }),
      ...heatMap(others, layout),
      ...(cell < NUMBERED ? [] : numbersOf(others, { x, top, cell })),
      ...heatLegend(x + 20, bottom + 30, ['0', '100 %']),
    ],
  };
}

function numbersOf(
  rows: readonly (readonly (number | null)[])[],
  { x, top, cell }: { readonly x: number; readonly top: number; readonly cell: number },
): readonly string[] {
  return rows.flatMap((row, at) =>
    row.flatMap((share, column) => {
      const shown = Math.round((share ?? 0) * 100);
      if (share === null || shown === 0) return [];
      const kind = shadeOf(share) > 5 ? 'tiny figure onheat' : 'tiny figure strong';
      const [middleX, middleY] = [x + (column + 0.5) * cell - 1, top + (at + 0.5) * cell + 2.5];
      return [text(middleX, middleY, kind, String(shown), 'middle')];
    }),
  );
}

/** Returns with which tasks each one shares most. */
export function sharingTable({ tasks, shares }: SharingPicture): PictureTable {
  return {
    columns: [{ title: 'task' }, { title: 'shares with', numeric: true }, { title: 'most with' }],
    rows: tasks.map((task, at) => {
      const others = tasks
        .map((other, column) => ({ other, share: shares[at]?.[column] ?? 0, column }))
        .filter(({ share, column }) => column !== at && share > 0)
        .sort((a, b) => b.share - a.share);
      const most = others.slice(0, 3).map(({ other, share }) => `${other} ${percent(share, 1)}`);
      return [task, plural(others.length, 'task'), most.join(', ')];
    }),
  };
}

function describe({ tasks, shares }: Sharing): string {
  const pairs = shares.flatMap((row, at) => row.filter((_, column) => column !== at));
  const sharing = pairs.filter((share) => share > 0);
  const mean = pairs.length === 0 ? 0 : pairs.reduce((a, b) => a + b, 0) / pairs.length;
  return `A matrix of ${plural(tasks.length, 'task')}. ${sharing.length} of ${pairs.length} ordered pairs share components; on average, a model shares ${percent(mean, 1)} of its parameters with another one.`;
}
