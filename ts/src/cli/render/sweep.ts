import type { Mean, SweepSetting, SweepSummary, SweepTask } from '../../index.js';
import { count, metric, percent, plural } from '../../text/format.js';
import type { Screen } from '../shell/screen.js';
import { noteLines, tableLines } from './table.js';

/** Formats the results of a sweep: a row per setting and task, and one for the mean of its tasks. */
export function sweepLines({ sweep, settings }: SweepSummary, screen: Screen): readonly string[] {
  const rows = settings.flatMap((setting, nth) => [
    row(`${nth + 1}`, settingText(setting), 'all tasks', setting.mean, setting),
    ...setting.tasks.map((task) => row('', '', task.task, task, setting)),
  ]);
  return [
    screen.bold(sweep),
    ...tableLines(
      [
        { title: 'setting', numeric: true },
        { title: 'values', flexible: true },
        { title: 'seeds', numeric: true },
        { title: 'task' },
        { title: 'test', numeric: true },
        { title: '95 % interval' },
        { title: 'minus setting 1', numeric: true },
        { title: '95 % interval of it' },
        { title: 'size', numeric: true, leaves: 1 },
      ],
      rows,
      screen,
    ),
    '',
    ...noteLines(
      'means over seeds, with intervals of Student; differences are paired by seed',
      screen,
    ),
  ];
}

function row(
  nth: string,
  values: string,
  task: string,
  { testAccuracy, difference }: Omit<SweepTask, 'task'>,
  { runs, systemParameterCount }: SweepSetting,
): readonly string[] {
  const finished = runs.filter(({ state }) => state === 'finished').length;
  const isHead = nth !== '';
  return [
    nth,
    values,
    isHead ? `${finished} of ${count(runs.length)}` : `${testAccuracy?.n ?? 0}`,
    task,
    percent(testAccuracy?.value ?? null),
    intervalText(testAccuracy, share),
    points(difference?.value ?? null),
    intervalText(difference, points),
    isHead && systemParameterCount ? metric(systemParameterCount.value) : '',
  ];
}

function settingText({ set }: SweepSetting): string {
  const values = Object.entries(set).map(([key, value]) => `${key}=${JSON.stringify(value)}`);
  return values.length === 0 ? 'the configuration' : values.join(' ');
}

function intervalText(mean: Mean | null, format: (value: number) => string): string {
  if (mean === null) return '–';
  if (mean.interval === null) return `– (${plural(mean.n, 'seed')})`;
  return mean.interval.map(format).join(' … ');
}

/** Formats a bound of an accuracy, which is never outside of 0 and 1. */
function share(bound: number): string {
  return `${(Math.min(1, Math.max(0, bound)) * 100).toFixed(2)} %`;
}

/** Formats a difference of accuracies in percentage points. */
function points(difference: number | null): string {
  if (difference === null) return '–';
  const sign = difference < 0 ? '−' : '+';
  return `${sign}${(Math.abs(difference) * 100).toFixed(2)}`;
}
