import { writeFileSync } from 'node:fs';
import type { Command } from 'commander';
import { Mu2NetError } from '../../domain/errors.js';
import { findRun } from '../../state/runs.js';
import { metric, percent, points, UNKNOWN } from '../../text/format.js';
import { table } from '../../text/table.js';
import { type ComparedModel, type Comparison, compare } from '../../views/compare.js';
import { comparisonPlot } from '../render/comparison-plot.js';
import { folderOf, optionsOf } from '../shell/globals.js';
import { type Colors, colorsOf, print, printJson } from '../shell/output.js';

interface Options {
  readonly plot?: string;
}

export function addCompare(program: Command): void {
  program
    .command('compare')
    .description('branches or runs beside each other, task by task: quality, size, compute')
    .argument('<first>', 'what the others are compared with: a run, or run:branch')
    .argument('<others...>', 'runs, or run:branch')
    .option('--plot <file>', 'draw the test accuracies into an SVG file, too')
    .action((first: string, others: readonly string[], _own: Options, command: Command) => {
      const { plot, ...globals } = optionsOf<Options>(command);
      const folder = folderOf(globals);
      const comparison = compare(...[first, ...others].map((run) => findRun(run, folder)));
      if (plot !== undefined) writePlot(plot, comparison);
      if (globals.json) printJson(comparison);
      else print(...comparisonLines(comparison, colorsOf(process.stdout)));
    });
}

function writePlot(file: string, comparison: Comparison): void {
  try {
    writeFileSync(file, comparisonPlot(comparison));
  } catch (cause) {
    const why = (cause as NodeJS.ErrnoException).code;
    throw new Mu2NetError(
      'CONFIG_INVALID',
      `--plot ${file}: cannot be written (${why}); name a file in a folder that is there`,
      { cause },
    );
  }
}

/** `+1.20 (−0.31 to +2.70)`, in percentage points. */
function differenceText({ difference }: ComparedModel): string {
  if (difference === null) return UNKNOWN;
  if (difference.same) return 'same model';
  return `${points(difference.value)} (${difference.interval.map(points).join(' to ')})`;
}

/** `31 : 12`, images that this model alone gets right and those that the first system's alone does. */
function aloneText({ difference }: ComparedModel): string {
  if (!difference?.paired) return UNKNOWN;
  return difference.same ? '' : `${difference.onlyOther} : ${difference.onlyFirst}`;
}

function comparisonLines({ systems, tasks }: Comparison, colors: Colors): readonly string[] {
  const { bold, dim } = colors;
  const [first] = systems;
  const [titles = '', ...rows] = table(
    [
      { title: 'task' },
      { title: 'system' },
      { title: 'test', numeric: true },
      { title: '95 %', numeric: true },
      { title: `points to ${first?.name}` },
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
  const [sums = '', ...totals] = table(
    [
      { title: 'system' },
      { title: 'mean test', numeric: true },
      { title: 'parameters', numeric: true },
      { title: 'training', numeric: true },
    ],
    systems.map(({ name, meanTestAccuracy, systemParams, trainingFlops }) => [
      name,
      bold(percent(meanTestAccuracy)),
      metric(systemParams),
      metric(trainingFlops, 'FLOP'),
    ]),
  );
  return [
    dim(titles),
    ...rows,
    '',
    dim(sums),
    ...totals,
    '',
    dim(
      'Intervals are 95 %: Wilson for an accuracy; for a difference Tango, paired by image, or Newcombe, unpaired, where alone is –.',
    ),
    dim(
      `Alone: images that this model gets right and that of ${first?.name} does not : the reverse; – where a record does not tell, or they were tested on other data.`,
    ),
    dim('The mean is of the tasks that every system was tested on.'),
  ];
}

function modelCells(model: ComparedModel, isFirst: boolean, { bold }: Colors): readonly string[] {
  const { testAccuracy, interval, score, accountedParams, totalParams, flops } = model;
  const { trainingFlops } = model;
  return [
    bold(percent(testAccuracy)),
    interval ? interval.map((bound) => (100 * bound).toFixed(2)).join(' to ') : UNKNOWN,
    isFirst ? '' : differenceText(model),
    isFirst ? '' : aloneText(model),
    score.toFixed(4),
    metric(accountedParams),
    metric(totalParams),
    metric(flops, 'FLOP'),
    trainingFlops === null ? 'adopted' : metric(trainingFlops, 'FLOP'),
  ];
}
