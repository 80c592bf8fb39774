import type { Mean, SeedMean, SweepSetting } from '../../index.js';
import { metric, percent, points, UNKNOWN } from '../../text/format.js';
import type { Column } from '../../text/table.js';
import type { Screen } from '../shell/screen.js';
import { noteLines, pairLines, tableLines } from './table.js';

type Measured = SweepSetting['mean'];

/** A row: the mean of a setting's tasks, or one of them. */
interface Row extends Measured {
  readonly task: string;
  readonly setting: SweepSetting;
}

const ALL = 'all tasks';

/** Formats the leaderboard of a sweep: a row for each setting, and below it one for each task. */
export function standingLines(
  settings: readonly SweepSetting[],
  screen: Screen,
): readonly string[] {
  const rows = settings.flatMap((setting): Row[] => [
    { ...setting.mean, task: ALL, setting },
    ...setting.tasks.map((task) => ({ ...task, setting })),
  ]);
  const columns: readonly Column[] = [
    { title: 'setting' },
    { title: 'task' },
    { title: 'seeds', numeric: true },
    { title: 'test', numeric: true },
    { title: '95 %: seeds', numeric: true },
    { title: '95 %: seeds, images', numeric: true, leaves: 3 },
    { title: 'parameters', numeric: true, leaves: 2 },
    { title: 'training', numeric: true, leaves: 1 },
  ];
  const cells = rows.map(({ task, setting, testAccuracy }) => [
    task === ALL ? setting.name : '',
    ...[task, seedsText(testAccuracy)],
    emphasize(task, percent(testAccuracy?.value ?? null), screen),
    intervalText(testAccuracy?.interval, share),
    intervalText(testAccuracy?.crossedInterval, share),
    ...(task === ALL ? sizeCells(setting) : []),
  ]);
  return [...tableLines(columns, cells, screen), '', ...legend(settings, screen)];
}

/** Formats the differences of settings from the first: a block for all tasks, and one for each. */
export function differenceLines(
  settings: readonly SweepSetting[],
  screen: Screen,
): readonly string[] {
  const tasks = [...new Set(settings.flatMap((setting) => setting.tasks.map(({ task }) => task)))];
  const rows = [
    ...settings.map((setting): Row => ({ ...setting.mean, task: ALL, setting })),
    ...tasks.flatMap((name) =>
      settings.flatMap((setting): Row[] => {
        const task = setting.tasks.find((each) => each.task === name);
        return task ? [{ ...task, setting }] : [];
      }),
    ),
  ];
  const columns: readonly Column[] = [
    { title: 'task' },
    { title: 'setting' },
    { title: 'seeds', numeric: true },
    { title: 'test', numeric: true },
    { title: `minus ${settings[0]?.name}`, numeric: true },
    { title: '95 %: seeds', numeric: true },
    { title: '95 %: seeds, images', numeric: true, leaves: 3 },
    { title: 'parameters', numeric: true, leaves: 2 },
    { title: 'training', numeric: true, leaves: 1 },
  ];
  const cells = rows.map(({ task, setting, testAccuracy, difference }, at) => [
    task === rows[at - 1]?.task ? '' : task,
    ...[setting.name, seedsText(difference ?? testAccuracy)],
    emphasize(task, percent(testAccuracy?.value ?? null), screen),
    ...(setting === settings[0]
      ? ['', '', '']
      : [
          points(difference?.value ?? null),
          intervalText(difference?.interval, points),
          intervalText(difference?.crossedInterval, points),
        ]),
    ...(task === ALL ? sizeCells(setting) : []),
  ]);
  const lacking = tasks.filter((name) =>
    settings.some(({ tasks: own }) => own.length > 0 && !own.some(({ task }) => task === name)),
  );
  return [
    ...tableLines(columns, cells, screen),
    '',
    ...legend(settings, screen),
    ...noteLines('Differences are in percentage points, of runs with the same seed.', screen),
    ...(lacking.length === 0
      ? []
      : noteLines(`Not in the mean, because a setting lacks them: ${lacking.join(', ')}.`, screen)),
  ];
}

/** Lists the settings, explains the intervals, and names the runs that do not count. */
function legend(settings: readonly SweepSetting[], screen: Screen): readonly string[] {
  const unfinished = settings.flatMap(({ runs }) =>
    runs.flatMap(({ run, state }) => (state === 'finished' ? [] : [run])),
  );
  return [
    ...pairLines(
      settings.map(({ name, set }) => [name, settingText(set)]),
      screen,
    ),
    '',
    ...noteLines(
      'Means over seeds. Intervals are for other seeds, and for other seeds and other test images; those of all tasks are for other seeds and other tasks.',
      screen,
    ),
    ...(unfinished.length === 0
      ? []
      : noteLines(`Not finished, so not counted: ${unfinished.join(', ')}.`, screen)),
  ];
}

function settingText(set: SweepSetting['set']): string {
  const values = Object.entries(set).map(([key, value]) => `${key}=${JSON.stringify(value)}`);
  return values.length === 0 ? 'the configuration' : values.join(' ');
}

const seedsText = (mean: Mean | null) => String(mean?.n ?? 0);

const emphasize = (task: string, text: string, { bold }: Screen) =>
  task === ALL ? bold(text) : text;

const sizeCells = ({ systemParameterCount, trainingFlops }: SweepSetting) => [
  metric(systemParameterCount?.value ?? null),
  metric(trainingFlops?.value ?? null, 'FLOP'),
];

function intervalText(
  interval: SeedMean['crossedInterval'] | undefined,
  format: (value: number) => string,
): string {
  return interval ? interval.map(format).join(' to ') : UNKNOWN;
}

/** Formats a bound of an accuracy, which is never outside of 0 and 1. */
const share = (bound: number) => (100 * Math.min(1, Math.max(0, bound))).toFixed(2);
