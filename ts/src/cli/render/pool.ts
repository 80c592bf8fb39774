import type { LaunchedWorker } from '../../launchers/launcher.js';
import type { GroupReport, PoolReport } from '../../launchers/up.js';
import { plural } from '../../text/format.js';
import type { Column } from '../../text/table.js';
import { reportedErrorOf } from '../shell/failure.js';
import type { Screen } from '../shell/screen.js';
import { tableLines } from './table.js';

const COLUMNS: readonly Column[] = [
  { title: 'worker' },
  { title: 'launcher' },
  { title: 'state' },
  { title: 'place' },
  { title: 'detail', flexible: true },
];

/** Formats the workers of a pool as a table. */
export function poolLines({ groups }: PoolReport, screen: Screen): readonly string[] {
  const rows = groups.flatMap(({ launcher, workers }) =>
    workers.map(({ name, state, place, detail }: LaunchedWorker) => [
      name,
      launcher,
      state,
      place,
      detail,
    ]),
  );
  return rows.length === 0 ? [] : tableLines(COLUMNS, rows, screen);
}

/** Says how many workers were started and stopped. */
export function changeText({ pool, groups }: PoolReport): string {
  const count = (names: (report: GroupReport) => readonly string[]) =>
    groups.reduce((sum, report) => sum + names(report).length, 0);
  const started = count((report) => report.started);
  const stopped = count((report) => report.stopped);
  const parts = [
    ...(started > 0 ? [`started ${plural(started, 'worker')}`] : []),
    ...(stopped > 0 ? [`stopped ${plural(stopped, 'worker')}`] : []),
  ];
  return `pool ${pool}: ${parts.length > 0 ? parts.join(', ') : 'nothing to do'}`;
}

/** Returns the form of a report for programs. */
export function poolJson({ pool, groups }: PoolReport) {
  return {
    pool,
    groups: groups.map(({ problem, ...group }) => ({
      ...group,
      problem: problem && reportedErrorOf(problem),
    })),
  };
}
