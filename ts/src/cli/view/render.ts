import { briefly, duration, percent, plural, quality, truncate } from '../../text/format.js';
import type { Colors } from '../shell/output.js';
import { activityOf } from './activity.js';
import { bar, sparkline } from './charts.js';
import {
  type ChildView,
  childrenTrained,
  fractionTrained,
  secondsLeft,
  type ViewState,
} from './state.js';

/** Size of the terminal in characters. */
export interface Size {
  readonly columns: number;
  readonly rows: number;
}

type Paint = (text: string) => string;
type Span = string | readonly [text: string, paint: Paint];

/** Joins spans to one line and cuts it at `width`; colour codes do not count. */
function line(width: number, ...spans: readonly Span[]): string {
  let room = width;
  return spans
    .map((span) => {
      const [text, paint] = typeof span === 'string' ? [span, String] : span;
      const cut = truncate(text, room);
      room -= [...cut].length;
      return cut === '' ? '' : paint(cut);
    })
    .join('')
    .trimEnd();
}

const MARKS: Readonly<Record<ChildView['state'], string>> = {
  waiting: ' ',
  training: '›',
  trained: ' ',
  retained: '✓',
  discarded: '·',
  failed: '✗',
};
/** Priority of children when there is not enough room for all; lower numbers come first. */
const URGENCY: Readonly<Record<ChildView['state'], number>> = {
  training: 0,
  trained: 1,
  waiting: 2,
  failed: 3,
  retained: 4,
  discarded: 5,
};
const STOPPING = 'stopping at the next training step; Ctrl-C again ends at once';
const LONGEST_CURVE = 12;
/** Number of lines of a frame besides its children, including the line of the cursor. */
const OTHER_LINES = 10;

/**
 * Renders the lines of a frame: the task, the children of the generation, and the progress. The
 * lines fit the width and the height of the terminal.
 */
export function render(
  state: ViewState,
  size: Size,
  now: number,
  colors: Colors,
): readonly string[] {
  const { bold, dim, yellow } = colors;
  const width = size.columns;
  const elapsed = duration((now - state.startedAt) / 1000);
  const notes = [
    ...warningLine(state, width, colors),
    ...(state.stopping && state.ended === null ? [line(width, [STOPPING, yellow])] : []),
  ];
  if (state.run === null || state.task === null) {
    const name: Span[] = state.run === null ? [] : [[state.run, bold], '  '];
    const ready = state.ready === null ? [] : [line(width, [state.ready, dim])];
    return [line(width, ...name, activityOf(state), [`  ${elapsed}`, dim]), ...ready, ...notes];
  }
  const { task, tasks, taskIteration, taskIterations, generation, generations } = state;
  const head: Span[] = [
    [state.run, bold],
    [`  task ${tasks.indexOf(task) + 1} of ${tasks.length} `, dim],
    [task, bold],
  ];
  if (taskIterations > 1) head.push([`  iteration ${taskIteration} of ${taskIterations}`, dim]);
  head.push([`  generation ${generation} of ${generations}`, dim]);
  return [
    line(width, ...head),
    '',
    ...childLines(state, size, colors),
    '',
    ...bestLine(state, width, colors),
    ...testedLine(state, width, colors),
    progressLine(state, { width, elapsed, secondsLeft: secondsLeft(state, now) }, colors),
    ...notes,
  ];
}

function childLines(state: ViewState, { columns, rows }: Size, colors: Colors): readonly string[] {
  const { dim, green, red, cyan } = colors;
  const paints: Readonly<Record<ChildView['state'], Paint>> = {
    waiting: dim,
    training: cyan,
    trained: String,
    retained: green,
    discarded: dim,
    failed: red,
  };
  const shown = visibleChildren(state.children, Math.max(1, rows - OTHER_LINES));
  const curveWidth = Math.min(
    LONGEST_CURVE,
    Math.max(5, ...state.children.map(({ qualities }) => qualities.length)),
  );
  const all = state.children.flatMap(({ qualities }) => qualities);
  const [low, high] = [Math.min(...all), Math.max(...all)];
  const labels = new Map(shown.map((child) => [child.pathId, parentLabel(child)]));
  const pathWidth = Math.max(4, ...shown.map(({ pathId }) => String(pathId).length));
  const parentWidth = Math.max(6, ...[...labels.values()].map((label) => label.length));
  const barWidth = columns < 80 ? 8 : 16;
  const titles = [
    'path'.padStart(pathWidth + 2),
    'parent'.padEnd(parentWidth),
    'training'.padEnd(barWidth),
    'curve'.padEnd(curveWidth),
    'best  ',
    'what it trains',
  ].join('  ');
  const lines = shown.map((child) => {
    const { state: verdict, qualities } = child;
    const paint = paints[verdict];
    const [done, left] = bar(child.trained, barWidth);
    return line(
      columns,
      [`${MARKS[verdict]} ${String(child.pathId).padStart(pathWidth)}`, paint],
      `  ${(labels.get(child.pathId) ?? '').padEnd(parentWidth)}  `,
      [done, paint],
      [left, dim],
      `  ${sparkline(qualities.slice(-curveWidth), low, high).padEnd(curveWidth)}  `,
      qualities.length === 0 ? '      ' : quality(Math.max(...qualities)),
      [`  ${briefly(child.trainable)}`, dim],
    );
  });
  const hidden = state.children.length - shown.length;
  return [
    line(columns, [titles, dim]),
    ...lines,
    ...(hidden > 0 ? [line(columns, [`  ${hidden} more`, dim])] : []),
  ];
}

/** Chooses as many children as there is room for, by priority, and keeps their order. */
function visibleChildren(children: readonly ChildView[], room: number): readonly ChildView[] {
  if (children.length <= room) return children;
  const chosen = new Set(
    [...children]
      .sort((a, b) => URGENCY[a.state] - URGENCY[b.state])
      .slice(0, Math.max(1, room - 1)),
  );
  return children.filter((child) => chosen.has(child));
}

function parentLabel({ parentId, parentTask }: ChildView): string {
  return parentTask === null ? 'root' : `${parentId} ${parentTask}`;
}

function bestLine(state: ViewState, width: number, { dim, bold }: Colors): readonly string[] {
  const best = state.task === null ? undefined : state.best.get(state.task);
  if (!best) return [];
  const { pathId, score } = best;
  return [
    line(
      width,
      ['best      ', dim],
      [quality(best.quality), bold],
      `  path ${pathId}`,
      ...(score === best.quality ? [] : [`  score ${quality(score)}`]),
    ),
  ];
}

/** Renders test accuracies: always the latest, and earlier ones if there is room. */
function testedLine(state: ViewState, width: number, { dim }: Colors): readonly string[] {
  if (state.tested.size === 0) return [];
  const title = 'tested    ';
  const entries = [...state.tested].map(([task, accuracy]) => `${task} ${percent(accuracy)}`);
  const shown: string[] = [];
  let room = width - title.length;
  for (const entry of entries.reverse()) {
    room -= entry.length + 2;
    if (shown.length > 0 && room < 3) break;
    shown.unshift(entry);
  }
  const earlier = shown.length < entries.length ? '…  ' : '';
  return [line(width, [title, dim], earlier + shown.join('  '))];
}

/** Renders the last warning, and how many there were. */
function warningLine(
  { warnings, lastWarning }: ViewState,
  width: number,
  { dim, yellow }: Colors,
): readonly string[] {
  if (lastWarning === null) return [];
  const number = warnings > 1 ? ` (${warnings} warnings)` : '';
  return [line(width, ['warning   ', dim], [lastWarning, yellow], [number, dim])];
}

/** Numbers of the progress line. */
interface ProgressTimes {
  readonly width: number;
  readonly elapsed: string;
  /** null while it cannot be estimated. */
  readonly secondsLeft: number | null;
}

function progressLine(
  state: ViewState,
  { width, elapsed, secondsLeft: seconds }: ProgressTimes,
  { dim }: Colors,
): string {
  const trained = childrenTrained(state);
  const [done, left] = bar(fractionTrained(state), width < 80 ? 8 : 16);
  // A generation whose children train says so in its own lines.
  const waits =
    state.phase !== null ||
    state.sending !== null ||
    state.children.every((child) => child.state === 'waiting');
  return line(
    width,
    ['children  ', dim],
    done,
    [left, dim],
    `  ${Math.floor(trained)} of ${plural(state.childrenTotal, 'child', 'children')}`,
    [`  ${elapsed}`, dim],
    ...(seconds === null || state.ended !== null ? [] : [`, ${duration(seconds)} left`]),
    ...(waits && state.ended === null ? [[`  ${activityOf(state)}`, dim] as const] : []),
  );
}
