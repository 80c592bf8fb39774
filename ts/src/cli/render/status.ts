import type { Status } from '../../index.js';
import { count } from '../../text/format.js';
import { table } from '../../text/table.js';
import { colorsOf } from '../shell/output.js';

/** Returns the state of a run, which does not depend on whether a process grows it. */
function stateOf({ finished, task }: Status): string {
  return finished ? 'finished' : `at ${task}`;
}

/** Formats a table of runs and branches. */
export function statusTable(runs: readonly Status[]): readonly string[] {
  const { dim } = colorsOf(process.stdout);
  const [titles = '', ...rows] = table(
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
  );
  return [dim(titles), ...rows];
}

/** Formats a time in the user's time zone: `2025-03-01 14:05`. */
export function localTime(iso: string): string {
  return new Date(iso).toLocaleString('sv', { dateStyle: 'short', timeStyle: 'short' });
}
