import { metric, percent, plural } from '../text/format.js';
import type { AddedParameters } from '../views/pictures/added-parameters.js';
import { HEAD, MARGIN, type Sheet, shortName, text, USUAL_WIDTH } from './frame.js';
import { accuracyAxis, accuracyRange, linearScale, PLOT_LEFT } from './scale.js';
import { element, escapeXml, textWidth } from './svg.js';
import type { PictureTable } from './table.js';

/** The accuracy of each task's model over the parameters that it added. */
export interface SizePicture {
  readonly run: string;
  /** In the order of learning. */
  readonly models: readonly AddedParameters[];
}

const PLOT_HEIGHT = 380;
/** Width at the right that is left for names of the largest. */
const NAME_ROOM = 80;
/** More models than this have smaller dots without numbers. */
const NUMBERED = 40;

interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** Draws a dot for each task's model: the further left, the fewer parameters it added. */
export function drawSize({ run, models }: SizePicture): Sheet {
  const tested = models.flatMap((model, nth) =>
    model.testAccuracy === null || model.added === 0
      ? []
      : [{ ...model, testAccuracy: model.testAccuracy, number: nth + 1 }],
  );
  const range = accuracyRange(tested.map(({ testAccuracy }) => testAccuracy));
  const [top, bottom] = [HEAD + 14, HEAD + 14 + PLOT_HEIGHT];
  const right = USUAL_WIDTH - MARGIN;
  const y = linearScale(range, [bottom, top]);
  const limits = limitsOf(tested);
  const log = linearScale(limits, [PLOT_LEFT, right - NAME_ROOM]);
  const x = (value: number) => log(Math.log10(value));
  const radius = models.length <= NUMBERED ? 8.5 : 4.5;
  const dots = tested.map((model) => ({ ...model, x: x(model.added), y: y(model.testAccuracy) }));
  const taken: Box[] = dots.map((dot) => boxAround(dot, radius));
  const drawn = dots.flatMap((dot) => {
    const { task, number, added, testAccuracy } = dot;
    const tip = `${task}: ${percent(testAccuracy)}, added ${metric(added)} parameters`;
    const isNumbered = radius > 5;
    const number_ = isNumbered ? [text(dot.x, dot.y + 4, `number n${number}`, String(number))] : [];
    return [
      element(
        'g',
        {},
        element('title', {}, escapeXml(tip)),
        element('circle', { class: `o${number} rim`, cx: dot.x, cy: dot.y, r: radius }),
        ...number_,
      ),
      ...labelOf(task, dot, radius, taken),
    ];
  });
  return {
    title: 'Accuracy over parameters',
    subtitle: `${run}  ·  test accuracy of each task's model, and the parameters that it added to the system`,
    description: describe(models),
    width: USUAL_WIDTH,
    height: bottom + 66,
    tasks: models.length,
    content: [
      ...accuracyAxis(range, y, [PLOT_LEFT, right]),
      ...logAxis(limits, x, [top, bottom]),
      text(
        PLOT_LEFT,
        bottom + 44,
        'small',
        'parameters that the task added (logarithmic); names stand where there is room',
      ),
      ...drawn,
    ],
  };
}

/** Returns what each task added. */
export function sizeTable({ models }: SizePicture): PictureTable {
  return {
    columns: [
      { title: 'task' },
      { title: 'added parameters', numeric: true },
      { title: 'parameters of its model', numeric: true },
      { title: 'added share', numeric: true },
      { title: 'test accuracy', numeric: true },
    ],
    rows: models.map(({ task, added, parameterCount, testAccuracy }) => [
      task,
      metric(added),
      metric(parameterCount),
      percent(parameterCount === 0 ? null : added / parameterCount, 1),
      percent(testAccuracy),
    ]),
  };
}

/** The decimal logarithms between which all values lie, with some room. */
function limitsOf(models: readonly AddedParameters[]): readonly [number, number] {
  const logs = models.map(({ added }) => Math.log10(added));
  if (logs.length === 0) return [0, 1];
  const [low, high] = [Math.min(...logs), Math.max(...logs)];
  const room = Math.max(0.15, (high - low) * 0.08);
  return [low - room, high + room];
}

/** Draws vertical lines at 1, 2 and 5 times the powers of ten. */
function logAxis(
  [low, high]: readonly [number, number],
  x: (value: number) => number,
  [top, bottom]: readonly [number, number],
): readonly string[] {
  const powers = Array.from(
    { length: Math.floor(high) - Math.floor(low) + 1 },
    (_, nth) => 10 ** (Math.floor(low) + nth),
  );
  const steps = high - low > 4 ? [1] : [1, 2, 5];
  return powers
    .flatMap((power) => steps.map((step) => step * power))
    .filter((value) => Math.log10(value) >= low && Math.log10(value) <= high)
    .flatMap((value) => [
      element('line', { class: 'rule', x1: x(value), x2: x(value), y1: top, y2: bottom }),
      text(x(value), bottom + 20, 'small figure', metric(value).replace(/\.0+/, ''), 'middle'),
    ]);
}

/** The name of a model beside its dot, where it covers nothing; otherwise the table has it. */
function labelOf(
  task: string,
  dot: { readonly x: number; readonly y: number },
  radius: number,
  taken: Box[],
): readonly string[] {
  const name = shortName(task, 26);
  const size = { width: textWidth(name, 11), height: 12 };
  const side = radius + 4;
  const places: readonly (readonly [x: number, y: number, anchor?: 'end' | 'middle'])[] = [
    [dot.x + side, dot.y - 6],
    [dot.x - side - size.width, dot.y - 6, 'end'],
    [dot.x - size.width / 2, dot.y - side - 12, 'middle'],
    [dot.x - size.width / 2, dot.y + side, 'middle'],
  ];
  const box = places
    .map(([x, y, anchor]) => ({ x, y, anchor, ...size }))
    .find(
      (each) =>
        each.x > PLOT_LEFT &&
        each.x + each.width < USUAL_WIDTH - MARGIN &&
        taken.every((other) => !overlaps(each, other)),
    );
  if (!box) return [];
  taken.push(box);
  const shift = { end: size.width, middle: size.width / 2 };
  const x = box.x + (box.anchor ? shift[box.anchor] : 0);
  return [text(x, box.y + 10, 'small', name, box.anchor)];
}

function boxAround({ x, y }: { readonly x: number; readonly y: number }, radius: number): Box {
  return { x: x - radius, y: y - radius, width: 2 * radius, height: 2 * radius };
}

function overlaps(a: Box, b: Box): boolean {
  return a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height;
}

function describe(models: readonly AddedParameters[]): string {
  const shares = models.map(({ added, parameterCount }) => added / Math.max(1, parameterCount));
  const few = shares.filter((share) => share < 0.5).length;
  return `Among ${plural(models.length, 'model')}, ${few} added less than half of their parameters to the system, and reuse the others.`;
}
