import { HEAD, MARGIN, type Sheet, short, text, USUAL_WIDTH } from '../frame.js';
import { linearScale, PLOT_LEFT, type Scale, ticksOf } from '../scale.js';
import { element, escapeXml, textWidth } from '../svg.js';

/** A line through points, in the colour of its number from 1. */
export interface DrawnLine {
  readonly name: string;
  readonly points: readonly { readonly x: number; readonly y: number; readonly label?: string }[];
  readonly colour: number;
}

/** How an axis is written. */
export interface Axis {
  readonly title: string;
  readonly write: (value: number) => string;
  /** A value that the axis must reach, besides those of the lines. */
  readonly from?: number;
}

/** Lines in one plane. */
export interface LinesPicture {
  readonly title: string;
  readonly subtitle: string;
  readonly description: string;
  readonly lines: readonly DrawnLine[];
  readonly x: Axis;
  readonly y: Axis;
  readonly colours: number;
}

const PLOT_HEIGHT = 300;

/** Draws lines with a dot at each point; the legend under them has their names. */
export function drawLines(picture: LinesPicture): Sheet {
  const { title, subtitle, description, lines, colours } = picture;
  const [top, bottom] = [HEAD + 24, HEAD + 24 + PLOT_HEIGHT];
  const right = USUAL_WIDTH - MARGIN;
  const points = lines.flatMap((line) => line.points);
  const xLimits = limitsOf(
    points.map(({ x }) => x),
    picture.x,
  );
  const yLimits = limitsOf(
    points.map(({ y }) => y),
    picture.y,
  );
  const x = linearScale(xLimits, [PLOT_LEFT + 12, right - 24]);
  const y = linearScale(yLimits, [bottom - 8, top]);
  return {
    title,
    subtitle,
    description,
    width: USUAL_WIDTH,
    height: bottom + 84,
    tasks: colours,
    content: [
      ...ticksOf(...yLimits, 5).flatMap((value) => [
        element('line', { class: 'rule', x1: PLOT_LEFT, x2: right, y1: y(value), y2: y(value) }),
        text(PLOT_LEFT - 8, y(value) + 4, 'small figure', picture.y.write(value), 'end'),
      ]),
      ...ticksOf(...xLimits, 9).map((value) =>
        text(x(value), bottom + 18, 'small figure', picture.x.write(value), 'middle'),
      ),
      text(MARGIN, top - 10, 'small', picture.y.title),
      text(right, bottom + 38, 'small', picture.x.title, 'end'),
      ...lines.map((line) => lineAt(line, x, y)),
      ...labelsOf(points, x, y),
      ...legendAt(lines, bottom + 62),
    ],
  };
}

function lineAt({ name, points, colour }: DrawnLine, x: Scale, y: Scale): string {
  const places = points.map((point) => `${short(x(point.x))} ${short(y(point.y))}`);
  return element(
    'g',
    {},
    element('title', {}, escapeXml(name)),
    places.length < 2
      ? ''
      : element('path', { class: `line l${colour}`, d: `M${places.join('L')}` }),
    ...points.map((point) =>
      element('circle', { class: `o${colour} rim`, cx: x(point.x), cy: y(point.y), r: 5 }),
    ),
  );
}

/** The labels of points, as far as they do not cover each other. */
function labelsOf(points: DrawnLine['points'], x: Scale, y: Scale): readonly string[] {
  const taken: (readonly [number, number])[] = [];
  return points.flatMap((point) => {
    const [left, base] = [x(point.x) + 9, y(point.y) - 6];
    const isTaken = taken.some(([a, b]) => Math.abs(a - left) < 22 && Math.abs(b - base) < 12);
    if (!point.label || isTaken) return [];
    taken.push([left, base]);
    return [text(left, base, 'small', point.label)];
  });
}

function legendAt(lines: readonly DrawnLine[], y: number): readonly string[] {
  let at = PLOT_LEFT;
  return lines.flatMap(({ name, colour }) => {
    const here = at;
    at += 34 + textWidth(name, 11);
    return [
      element('circle', { class: `o${colour} rim`, cx: here + 5, cy: y - 4, r: 5 }),
      text(here + 15, y, 'small', name),
    ];
  });
}

/** The range of values with some room around them. */
function limitsOf(values: readonly number[], { from }: Axis): readonly [number, number] {
  const all = [...values, ...(from === undefined ? [] : [from])];
  if (all.length === 0) return [0, 1];
  const [low, high] = [Math.min(...all), Math.max(...all)];
  const room = (high - low || Math.abs(high) || 1) * 0.08;
  return [low === from ? low : low - room, high + room];
}
