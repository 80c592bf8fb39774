import { percent, plural } from '../text/format.js';
import type { ChildQuality } from '../views/pictures/qualities.js';
import {
  HEAD,
  MARGIN,
  type Sheet,
  short,
  shortName,
  text,
  turnedText,
  USUAL_WIDTH,
} from './frame.js';
import { accuracyAxis, accuracyRange, linearScale, PLOT_LEFT, type Scale } from './scale.js';
import { element, escapeXml, textWidth } from './svg.js';
import type { PictureTable } from './table.js';

/** The accuracies of a run's children. */
export interface AccuracyPicture {
  readonly run: string;
  readonly children: readonly ChildQuality[];
  /** Tasks in the order in which they were learned. */
  readonly tasks: readonly string[];
}

const PLOT_HEIGHT = 300;
/** The narrowest that the names of two tasks can stand beside each other. */
const NAME_WIDTH = 11;
const NAME_MOST = 24;
/** More children than this stand on whole pixels, where one dot may be several of them. */
const CROWDED = 4000;

/** Consecutive children of one task. */
interface Visit {
  readonly task: string;
  readonly children: readonly { readonly nth: number; readonly child: ChildQuality }[];
}

/** Where dots stand. */
interface Plane {
  readonly x: Scale;
  readonly y: Scale;
  /** Writes the coordinate of a dot. */
  readonly write: (value: number) => string;
}

/** Draws the best validation of each child, and the best so far of the task. */
export function drawAccuracy({ run, children, tasks }: AccuracyPicture): Sheet {
  const width = Math.max(USUAL_WIDTH, PLOT_LEFT + tasks.length * NAME_WIDTH + MARGIN);
  const right = width - MARGIN;
  const measured = children.flatMap(({ quality }) => quality ?? []);
  const range = accuracyRange(measured);
  const [top, bottom] = [HEAD + 14, HEAD + 14 + PLOT_HEIGHT];
  const y = linearScale(range, [bottom, top]);
  const x = linearScale([0, children.length], [PLOT_LEFT + 6, right - 6]);
  const write = children.length > CROWDED ? (value: number) => String(Math.round(value)) : short;
  const plane = { x, y, write };
  const visits = visitsOf(children);
  const numbers = new Map(tasks.map((task, nth) => [task, nth + 1]));
  const longest = Math.max(0, ...tasks.map((task) => textWidth(shortName(task, NAME_MOST), 11)));
  const legendY = bottom + longest * 0.9 + 36;
  return {
    title: 'Accuracy over children',
    subtitle: `${run}  ·  ${plural(children.length, 'child', 'children')} in the order in which they were sampled, and their best validation`,
    description: describe(children, tasks),
    width,
    height: Math.ceil(legendY + 24),
    tasks: tasks.length,
    content: [
      ...visits.flatMap((visit, nth) => (nth % 2 === 0 ? [] : [bandOf(visit, x, [top, bottom])])),
      ...accuracyAxis(range, y, [PLOT_LEFT, right]),
      ...visits.map((visit) => visitAt(visit, numbers.get(visit.task) ?? 0, plane)),
      ...visitNames(visits, x, bottom),
      ...legend(PLOT_LEFT, legendY),
    ],
  };
}

/** Returns the children of each task. */
export function accuracyTable({ children, tasks }: AccuracyPicture): PictureTable {
  return {
    columns: [
      { title: 'task' },
      { title: 'children', numeric: true },
      { title: 'retained', numeric: true },
      { title: 'first child', numeric: true },
      { title: 'best child', numeric: true },
    ],
    rows: tasks.map((task) => {
      const own = children.filter((child) => child.task === task);
      const qualities = own.flatMap(({ quality }) => quality ?? []);
      return [
        task,
        String(own.length),
        String(own.filter(({ retained }) => retained).length),
        percent(qualities[0] ?? null),
        percent(qualities.length === 0 ? null : Math.max(...qualities)),
      ];
    }),
  };
}

function visitsOf(children: readonly ChildQuality[]): readonly Visit[] {
  const visits = new Map<number, { task: string; children: Visit['children'][number][] }>();
  for (const [nth, child] of children.entries()) {
    const visit = visits.get(child.iteration) ?? { task: child.task, children: [] };
    visits.set(child.iteration, visit);
    visit.children.push({ nth, child });
  }
  return [...visits.values()];
}

function bandOf(
  { children }: Visit,
  x: (nth: number) => number,
  [top, bottom]: readonly [number, number],
): string {
  const [from, to] = [x(children[0]?.nth ?? 0), x((children.at(-1)?.nth ?? 0) + 1)];
  const box = { x: from, y: top, width: to - from, height: bottom - top };
  return element('rect', { class: 'band', ...box });
}

/** The children of a visit as dots, and a line that rises to the best so far. */
function visitAt({ task, children }: Visit, number: number, { x, y, write }: Plane): string {
  const dots = { retained: new Set<string>(), discarded: new Set<string>() };
  const line: string[] = [];
  let best = Number.NEGATIVE_INFINITY;
  for (const { nth, child } of children) {
    if (child.quality === null) continue;
    const kind = child.retained ? 'retained' : 'discarded';
    dots[kind].add(`M${write(x(nth + 0.5))} ${write(y(child.quality))}h0`);
    if (!child.retained || child.quality <= best) continue;
    line.push(
      `${line.length === 0 ? 'M' : 'H'}${short(x(nth + 0.5))}${line.length === 0 ? ' ' : 'V'}${short(y(child.quality))}`,
    );
    best = child.quality;
  }
  const end = children.at(-1);
  if (line.length > 0 && end) line.push(`H${short(x(end.nth + 1))}`);
  const path = (kind: string, d: string) =>
    d === '' ? '' : element('path', { class: `${kind} l${number}`, d });
  const label = `${task}: ${plural(children.length, 'child', 'children')}, best ${percent(best > 0 ? best : null)}`;
  return element(
    'g',
    {},
    element('title', {}, escapeXml(label)),
    path('line', line.join('')),
    path('dots discarded', [...dots.discarded].join('')),
    path('dots', [...dots.retained].join('')),
  );
}

/** The names of tasks under the beginnings of their visits, as far as there is room. */
function visitNames(
  visits: readonly Visit[],
  x: (nth: number) => number,
  bottom: number,
): readonly string[] {
  let free = Number.NEGATIVE_INFINITY;
  return visits.flatMap(({ task, children }) => {
    const [first, last] = [children[0]?.nth ?? 0, children.at(-1)?.nth ?? 0];
    const middle = x((first + last + 1) / 2);
    if (middle < free) return [];
    free = middle + NAME_WIDTH - 0.5;
    return [turnedText([middle + 4, bottom + 8], 90, 'small', shortName(task, NAME_MOST), 'end')];
  });
}

function legend(x: number, y: number): readonly string[] {
  const dot = (at: number, kind: string) =>
    element('path', { class: `dots ${kind} l0`, d: `M${at} ${y - 4}h0` });
  return [
    dot(x + 4, ''),
    text(x + 14, y, 'small', 'retained'),
    dot(x + 84, 'discarded'),
    text(x + 94, y, 'small', 'discarded'),
    element('path', { class: 'line l0', d: `M${x + 168} ${y - 4}h22` }),
    text(x + 198, y, 'small', 'best so far'),
  ];
}

function describe(children: readonly ChildQuality[], tasks: readonly string[]): string {
  const retained = children.filter((child) => child.retained).length;
  return `Best validation accuracy of ${plural(children.length, 'child', 'children')} of ${plural(tasks.length, 'task')}; ${retained} were retained. The table has the figures of each task.`;
}
