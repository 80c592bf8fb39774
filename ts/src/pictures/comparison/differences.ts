import { HEAD, MARGIN, type Sheet, short, text, USUAL_WIDTH } from '../frame.js';
import { linearScale, type Scale, ticksOf } from '../scale.js';
import { element, escapeXml } from '../svg.js';

/** A difference with its interval, in percentage points. */
export interface DifferenceRow {
  readonly name: string;
  /** Stands under the name. */
  readonly note: string;
  readonly value: number;
  readonly interval: readonly [lower: number, upper: number] | null;
  /** The values whose mean it is. */
  readonly parts: readonly number[];
  /** Number of its colour, from 1. */
  readonly colour: number;
}

/** Differences below one another. */
export interface DifferencesPicture {
  readonly title: string;
  readonly subtitle: string;
  readonly rows: readonly DifferenceRow[];
  /** Says what lies at the left and at the right of zero. */
  readonly sides: readonly [left: string, right: string];
  readonly colours: number;
}

const ROW = 44;
const NAMES = 210;
const FIGURES = 190;

/** Draws each difference as a dot with its interval, over faint dots of its parts. */
export function drawDifferences(picture: DifferencesPicture): Sheet {
  const { title, subtitle, rows, sides, colours } = picture;
  const [left, right] = [MARGIN + NAMES, USUAL_WIDTH - MARGIN - FIGURES];
  const [top, bottom] = [HEAD + 34, HEAD + 34 + rows.length * ROW];
  const limits = limitsOf(rows);
  const x = linearScale(limits, [left, right]);
  const zero = { x1: x(0), x2: x(0), y1: top - 6, y2: bottom };
  return {
    title,
    subtitle,
    description: rows.map((row) => `${row.name}, ${row.note}: ${wordsOf(row)}.`).join(' '),
    width: USUAL_WIDTH,
    height: bottom + 40,
    tasks: colours,
    content: [
      ...ticksOf(...limits, 6).flatMap((value) => [
        element('line', { class: 'rule', x1: x(value), x2: x(value), y1: top, y2: bottom }),
        text(x(value), bottom + 18, 'small figure', signed(value, 0), 'middle'),
      ]),
      element('line', { class: 'axis', ...zero }),
      text(x(0) - 10, HEAD + 22, 'small', `← ${sides[0]}`, 'end'),
      text(x(0) + 10, HEAD + 22, 'small', `${sides[1]} →`),
      ...rows.map((row, nth) => rowAt(row, top + (nth + 0.5) * ROW, x)),
    ],
  };
}

function rowAt(row: DifferenceRow, y: number, x: Scale): string {
  const { name, note, value, interval, parts, colour } = row;
  const dots = parts.map((part) => `M${short(x(part))} ${short(y)}h0`).join('');
  const bar = interval && `M${short(x(interval[0]))} ${short(y)}H${short(x(interval[1]))}`;
  return element(
    'g',
    {},
    element('title', {}, escapeXml(`${name}: ${wordsOf(row)}`)),
    text(MARGIN, y - 2, 'strong', name),
    text(MARGIN, y + 14, 'small', note),
    element('path', { class: `dots discarded l${colour}`, d: dots }),
    bar ? element('path', { class: `line l${colour}`, d: bar }) : '',
    element('circle', { class: `o${colour} rim`, cx: x(value), cy: y, r: 5.5 }),
    text(USUAL_WIDTH - MARGIN, y + 4, 'figure', wordsOf(row), 'end'),
  );
}

/** The range of all values, zero included, to whole points. */
function limitsOf(rows: readonly DifferenceRow[]): readonly [number, number] {
  const all = rows.flatMap(({ value, interval, parts }) => [value, ...(interval ?? []), ...parts]);
  return [Math.floor(Math.min(-1, ...all)), Math.ceil(Math.max(1, ...all))];
}

function wordsOf({ value, interval }: DifferenceRow): string {
  const range = interval && ` (${signed(interval[0], 1)} to ${signed(interval[1], 1)})`;
  return `${signed(value, 1)}${range ?? ''}`;
}

function signed(value: number, digits: number): string {
  const size = Math.abs(value).toFixed(digits);
  if (Number(size) === 0) return size;
  return `${value < 0 ? '−' : '+'}${size}`;
}
