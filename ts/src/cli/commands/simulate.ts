import { Argument, Option } from 'commander';
import { iterationsOf } from '../../domain/experiment.js';
import {
  CHIP_FLOPS_PER_SECOND,
  type Experiment,
  type Overrides,
  type Simulation,
  simulate as simulateExperiment,
} from '../../index.js';
import { count, duration, metric, percent } from '../../text/format.js';
import { wrapText } from '../../text/wrap.js';
import { defineCommand } from '../define-command.js';
import { tableLines } from '../render/table.js';
import { parsePositiveNumber } from '../shell/arguments.js';
import { readExperiment, SET_OPTION } from '../shell/experiment.js';
import { runDisposable } from '../shell/interrupt.js';
import { print, printJson } from '../shell/output.js';
import { progressOf } from '../shell/progress.js';
import { type Screen, screenOf } from '../shell/screen.js';

interface Options {
  readonly flopsPerSecond: number;
  readonly set: Overrides;
}

export const simulate = defineCommand<[config: string], Options>({
  name: 'simulate',
  group: 'grow',
  description: 'simulate an experiment without tensors: its children, sizes, locks and cost',
  arguments: [new Argument('<config>', 'YAML file, for example configs/quickstart.yaml')],
  options: [
    new Option('--flops-per-second <rate>', 'operations per second that the accelerator sustains')
      .argParser(parsePositiveNumber)
      .default(CHIP_FLOPS_PER_SECOND),
    SET_OPTION,
  ],
  async run([config], { flopsPerSecond, set, ...globals }) {
    const experiment = readExperiment(config, { set, dataMustExist: false });
    const simulation = await runDisposable(() => simulateWithProgress(experiment, flopsPerSecond));
    if (globals.json) printJson(simulation);
    else print(...simulationLines(simulation, screenOf(process.stdout)));
  },
});

/** Simulates an experiment, and shows how many children are done. */
async function simulateWithProgress(
  experiment: Experiment,
  flopsPerSecond: number,
): Promise<Simulation> {
  const children = iterationsOf(experiment) * experiment.method.samplesPerTask;
  const progress = progressOf(children, 'children');
  let done = 0;
  try {
    return await simulateExperiment(experiment, {
      flopsPerSecond,
      onEvent({ type }) {
        if (type === 'child') progress.show(++done);
      },
    });
  } finally {
    progress.clear();
  }
}

function simulationLines(simulation: Simulation, screen: Screen): readonly string[] {
  const { tasks, children, flops, chipHours, flopsPerSecond, system } = simulation;
  const sizes = new Map(system.rows.map((row) => [row.task, row]));
  const lines = tableLines(
    [
      { title: 'task' },
      { title: 'children', numeric: true },
      { title: 'retained', numeric: true, leaves: 3 },
      { title: 'steps', numeric: true, leaves: 2 },
      { title: 'compute', numeric: true },
      { title: 'accounted', numeric: true, leaves: 1 },
      { title: 'total', numeric: true },
      { title: 'shared', numeric: true },
      { title: 'own components', numeric: true, leaves: 4 },
    ],
    tasks.map((each) => [
      each.task,
      count(each.children),
      count(each.retained),
      count(each.steps),
      metric(each.flops, 'FLOP'),
      metric(sizes.get(each.task)?.accountedParameterCount ?? 0),
      metric(sizes.get(each.task)?.parameterCount ?? 0),
      percent(sizes.get(each.task)?.sharedFraction ?? 0, 1),
      count(each.ownComponents),
    ]),
    screen,
  );
  const wrapped = (text: string) => wrapText(text, screen.width);
  return [
    ...wrapped(
      `${screen.bold(system.run)}  simulated; qualities are synthetic, sizes and locks follow from them`,
    ),
    ...lines,
    '',
    ...wrapped(
      `${count(children)} children, ${metric(flops, 'FLOP')}, ${metric(system.systemParameterCount)} parameters in the whole system`,
    ),
    ...wrapped(
      `${duration(chipHours * 3600)} on one accelerator that sustains ${metric(flopsPerSecond, 'FLOP/s')}`,
    ),
  ];
}
