import type { Status } from '../../index.js';
import { count } from '../../text/format.js';
import { screenOf } from '../shell/screen.js';
import { tableLines } from './table.js';

/** Returns the state of a run, which does not depend on whether a process grows it. */
function stateOf({ finished, task }: Status): string {
  return finished ? 'finished' : `at ${task}`;
}

/** Formats a table of runs and branches. */
export function statusTable(runs: readonly Status[]): readonly string[] {
  return tableLines(
    [
      { title: 'run' },
      { title: 'state' },
      { title: 'children', numeric: true },
      { title: 'started' },
    ],
    runs.map((status) => [
      status.run,
      stateOf(status),
      `${count(status.childrenDone)} of ${count(status.children)}`,
      localTime(status.startedAt),
    ]),
    screenOf(process.stdout),
  );
}

/** Formats a time in the user's time zone: `2025-03-01 14:05`. */
export function localTime(iso: string): string {
  return new Date(iso).toLocaleString('sv', { dateStyle: 'short', timeStyle: 'short' });
}
