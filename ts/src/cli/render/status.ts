import type { Holder, RunSize, RunState, RunSummary, Status } from '../../index.js';
import { storeOf } from '../../state/directory.js';
import { bytes, count, duration, UNKNOWN } from '../../text/format.js';
import { wrapText } from '../../text/wrap.js';
import type { Screen } from '../shell/screen.js';
import { pairLines, tableLines } from './table.js';

/** A row of the table of runs. */
type Row = readonly [run: string, state: string, children: string, started: string, size: string];

/** Returns the state of a branch in short: with its task where it matters. */
function stateText({ state, task }: { readonly state: RunState; readonly task: string | null }) {
  const shown = task !== null && (state === 'training' || state === 'stopped');
  return shown ? `${state} at ${task}` : state;
}

/** Formats a table of branches. */
export function statusTable(branches: readonly Status[], screen: Screen): readonly string[] {
  return tableOf(
    branches.map((status) => [...cellsOf(status), '']),
    screen,
  );
}

/** Formats a table of all runs, with sizes, and a line for each run that cannot be read. */
export function summaryTable(runs: readonly RunSummary[], screen: Screen): readonly string[] {
  const shown = new Set<string>();
  const rows = runs.map((summary): Row => {
    const { directory, size } = summary;
    // The branches of a run share its directory.
    const text = shown.has(directory) || size === null ? '' : bytes(size.total);
    shown.add(directory);
    if (summary.kind === 'branch') return [...cellsOf(summary), text];
    const state = summary.kind === 'start' ? summary.state : 'cannot be read';
    return [summary.run, state, UNKNOWN, UNKNOWN, text];
  });
  const reasons = runs.flatMap((each) =>
    each.kind === 'unreadable' ? wrapText(`${each.run}: ${each.message}`, screen.width) : [],
  );
  return [...tableOf(rows, screen), ...reasons];
}

function cellsOf(status: Status) {
  const children = `${count(status.childrenDone)} of ${count(status.children)}`;
  return [status.run, stateText(status), children, localTime(status.startedAt)] as const;
}

function tableOf(rows: readonly Row[], screen: Screen): readonly string[] {
  const hasSizes = rows.some(([, , , , size]) => size !== '');
  return tableLines(
    [
      { title: 'run' },
      { title: 'state' },
      { title: 'children', numeric: true },
      { title: 'started' },
      ...(hasSizes ? [{ title: 'size', numeric: true }] : []),
    ],
    rows,
    screen,
  );
}

/** Formats the status of one branch, and the size of its run if that is given. */
export function statusLines(
  status: Status,
  now: Date,
  screen: Screen,
  size?: RunSize,
): readonly string[] {
  const { run, experiment, seed, failure, failures } = status;
  return [
    `${screen.bold(run)}  ${headText(status)}`,
    ...pairLines(
      [
        ...(failure ? [['because', failure.message] as const] : []),
        ...(status.task === null
          ? []
          : [['generations', `${status.generationsDone} of ${status.generations} done`] as const]),
        ['children', childrenText(status)],
        ...(status.holder ? [['grown by', holderText(status.holder)] as const] : []),
        ...activityPairs(status, now),
        ['experiment', `${experiment}, seed ${seed}`],
        ['started', localTime(status.startedAt)],
        ...status.workers
          .slice(0, 1)
          .map(({ engine, devices }) => ['computed', workerText(engine, devices)] as const),
        ['directory', status.directory],
        ...(isElsewhere(status) ? [['weights', status.store] as const] : []),
        ...(size
          ? [['size', isElsewhere(status) ? bytes(size.total) : sizeText(size)] as const]
          : []),
        ...(status.branches.length > 1 ? [['branches', status.branches.join(', ')] as const] : []),
        ...failures.map(
          ({ pathId, task, reason }) => ['failed', `path ${pathId} of ${task}: ${reason}`] as const,
        ),
      ],
      screen,
    ),
  ];
}
/** Says whether the components are not in the run directory. */
function isElsewhere({ directory, store }: Status): boolean {
  return store !== storeOf(directory);
}

/** Formats the status of one branch as one line. */
export function statusLine(status: Status): string {
  return `${status.run}  ${headText(status)}  children: ${childrenText(status)}`;
}

function childrenText({ childrenDone, children, retained }: Status): string {
  return `${count(childrenDone)} of ${count(children)} trained, ${count(retained)} retained`;
}

/** Describes the sizes of a run. */
export function sizeText({ store, total }: RunSize): string {
  return `${bytes(total)}, of which ${bytes(store)} are components`;
}

function headText({ state, task, iterationsDone, iterations }: Status): string {
  if (task === null) return state;
  return `${state}, task iteration ${iterationsDone + 1} of ${iterations} (${task})`;
}

/** Returns when a run last made progress, and how long it still takes. */
function activityPairs(
  { state, lastProgressAt, secondsLeft }: Status,
  now: Date,
): readonly (readonly [string, string])[] {
  if (state === 'finished') return [];
  const since = lastProgressAt === null ? null : now.getTime() - Date.parse(lastProgressAt);
  const ago = since === null ? UNKNOWN : `${duration(Math.max(0, since) / 1000)} ago`;
  const left = secondsLeft === null ? UNKNOWN : `about ${duration(secondsLeft)} of training`;
  return [
    ['last progress', ago],
    ['time left', left],
  ];
}

/** Describes the process that grows a run: `process 4711 on this-machine, since …`. */
export function holderText({ pid, host, since }: Holder): string {
  const began = since === null ? '' : `, since ${localTime(since)}`;
  return `process ${pid ?? UNKNOWN} on ${host ?? UNKNOWN}${began}`;
}

/** Describes a worker's precision and devices: `in bfloat16 on 4 × NVIDIA H200`. */
function workerText(
  { precision, devices: used }: Status['workers'][number]['engine'],
  [device]: Status['workers'][number]['devices'],
): string {
  return `in ${precision}${device ? ` on ${used > 1 ? `${used} × ` : ''}${device.kind}` : ''}`;
}

/** Formats a time in the user's time zone: `2025-03-01 14:05`. */
function localTime(iso: string): string {
  return new Date(iso).toLocaleString('sv', { dateStyle: 'short', timeStyle: 'short' });
}
