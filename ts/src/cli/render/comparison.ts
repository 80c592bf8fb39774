import type { ComparedModel, Comparison } from '../../index.js';
import { metric, percent, points, quality, UNKNOWN } from '../../text/format.js';
import type { Colors } from '../shell/output.js';
import type { Screen } from '../shell/screen.js';
import { noteLines, tableLines } from './table.js';

/** Formats a comparison: a row per task and system, the totals, and a legend. */
export function comparisonLines(comparison: Comparison, screen: Screen): readonly string[] {
  const first = comparison.systems[0]?.name;
  return [
    ...modelRows(comparison, screen),
    '',
    ...totalRows(comparison, screen),
    '',
    ...[
      'Intervals are 95 %: Wilson for an accuracy; for a difference Tango if paired by image, else Newcombe, where alone is –.',
      `Alone: images that only this model gets right : images that only that of ${first} gets right; – if this is not recorded or the test data differs.`,
      'The mean covers the tasks that every system was tested on.',
    ].flatMap((text) => noteLines(text, screen)),
  ];
}

function modelRows({ systems, tasks }: Comparison, screen: Screen): readonly string[] {
  return tableLines(
    [
      { title: 'task' },
      { title: 'system' },
      { title: 'test', numeric: true },
      { title: '95 %', numeric: true, leaves: 7 },
      { title: `points to ${systems[0]?.name}` },
      { title: 'alone', numeric: true, leaves: 6 },
      { title: 'score', numeric: true, leaves: 3 },
      { title: 'accounted', numeric: true, leaves: 1 },
      { title: 'total', numeric: true, leaves: 5 },
      { title: 'forward', numeric: true, leaves: 2 },
      { title: 'training', numeric: true, leaves: 4 },
    ],
    tasks.flatMap(({ task, models }) =>
      models.map((model, at) => [
        at === 0 ? task : '',
        systems[at]?.name ?? '',
        ...(model ? modelCells(model, at === 0, screen) : [UNKNOWN]),
      ]),
    ),
    screen,
  );
}

function totalRows({ systems }: Comparison, screen: Screen): readonly string[] {
  const { bold } = screen;
  return tableLines(
    [
      { title: 'system' },
      { title: 'mean test', numeric: true },
      { title: 'parameters', numeric: true },
      { title: 'training', numeric: true },
    ],
    systems.map(({ name, meanTestAccuracy, systemParameterCount, trainingFlops }) => [
      name,
      bold(percent(meanTestAccuracy)),
      metric(systemParameterCount),
      metric(trainingFlops, 'FLOP'),
    ]),
    screen,
  );
}

function modelCells(model: ComparedModel, isFirst: boolean, { bold }: Colors): readonly string[] {
  const {
    testAccuracy,
    interval,
    score,
    accountedParameterCount: accountedParams,
    parameterCount: totalParams,
    flops,
  } = model;
  const { trainingFlops } = model;
  return [
    bold(percent(testAccuracy)),
    interval ? interval.map((bound) => (100 * bound).toFixed(2)).join(' to ') : UNKNOWN,
    isFirst ? '' : differenceText(model),
    isFirst ? '' : disagreementText(model),
    quality(score),
    metric(accountedParams),
    metric(totalParams),
    metric(flops, 'FLOP'),
    trainingFlops === null ? 'adopted' : metric(trainingFlops, 'FLOP'),
  ];
}

/** `+1.20 (−0.31 to +2.70)`, in percentage points. */
function differenceText({ difference }: ComparedModel): string {
  if (difference === null) return UNKNOWN;
  if (difference.same) return 'same model';
  return `${points(difference.value)} (${difference.interval.map(points).join(' to ')})`;
}

/** `31 : 12`: images that only this model gets right, and those that only the first one does. */
function disagreementText({ difference }: ComparedModel): string {
  if (!difference?.paired) return UNKNOWN;
  return difference.same ? '' : `${difference.onlyOther} : ${difference.onlyFirst}`;
}
