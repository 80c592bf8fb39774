import type { ComparedModel, Comparison } from '../../index.js';
import { metric, percent, points, quality, UNKNOWN } from '../../text/format.js';
import { table } from '../../text/table.js';
import type { Colors } from '../shell/output.js';

/** Formats a comparison: a row per task and system, the totals, and a legend. */
export function comparisonLines(comparison: Comparison, colors: Colors): readonly string[] {
  const { dim } = colors;
  const first = comparison.systems[0]?.name;
  const [titles = '', ...rows] = modelRows(comparison, colors);
  const [sums = '', ...totals] = totalRows(comparison, colors);
  return [
    dim(titles),
    ...rows,
    '',
    dim(sums),
    ...totals,
    '',
    dim(
      'Intervals are 95 %: Wilson for an accuracy; for a difference Tango if paired by image, else Newcombe, where alone is –.',
    ),
    dim(
      `Alone: images that only this model gets right : images that only that of ${first} gets right; – if this is not recorded or the test data differs.`,
    ),
    dim('The mean covers the tasks that every system was tested on.'),
  ];
}

function modelRows({ systems, tasks }: Comparison, colors: Colors): readonly string[] {
  return table(
    [
      { title: 'task' },
      { title: 'system' },
      { title: 'test', numeric: true },
      { title: '95 %', numeric: true },
      { title: `points to ${systems[0]?.name}` },
      { title: 'alone', numeric: true },
      { title: 'score', numeric: true },
      { title: 'accounted', numeric: true },
      { title: 'total', numeric: true },
      { title: 'forward', numeric: true },
      { title: 'training', numeric: true },
    ],
    tasks.flatMap(({ task, models }) =>
      models.map((model, at) => [
        at === 0 ? task : '',
        systems[at]?.name ?? '',
        ...(model ? modelCells(model, at === 0, colors) : [UNKNOWN]),
      ]),
    ),
  );
}

function totalRows({ systems }: Comparison, { bold }: Colors): readonly string[] {
  return table(
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
