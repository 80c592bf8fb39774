import type { Command } from 'commander';
import type { Overrides } from '../../config/index.js';
import { type Experiment, iterationsOf } from '../../domain/experiment.js';
import { CHIP_FLOPS_PER_SECOND, type Simulation, simulate } from '../../run/simulate.js';
import { count, duration, metric, percent } from '../../text/format.js';
import { table } from '../../text/table.js';
import { positiveNumber } from '../shell/arguments.js';
import { loadNoting, setOption } from '../shell/experiment.js';
import { optionsOf } from '../shell/globals.js';
import { type Colors, colorsOf, print, printJson } from '../shell/output.js';
import { progressOf } from '../shell/progress.js';

interface Options {
  readonly flopsPerSecond: number;
  readonly set: Overrides;
}

export function addSimulate(program: Command): void {
  program
    .command('simulate')
    .description('dry-run an experiment: its children, sizes, locks and cost, without tensors')
    .argument('<config>', 'YAML file, for example configs/quickstart.yaml')
    .option(
      '--flops-per-second <rate>',
      'operations a second that the accelerator sustains',
      positiveNumber,
      CHIP_FLOPS_PER_SECOND,
    )
    .addOption(setOption())
    .action(async (config: string, _own: Options, command: Command) => {
      const { flopsPerSecond, set, ...globals } = optionsOf<Options>(command);
      const { experiment } = loadNoting(config, set, { dataMustExist: false });
      const simulation = await simulated(experiment, flopsPerSecond);
      if (globals.json) printJson(simulation);
      else print(...simulationLines(simulation, colorsOf(process.stdout)));
    });
}

async function simulated(experiment: Experiment, flopsPerSecond: number): Promise<Simulation> {
  const children = iterationsOf(experiment) * experiment.method.samplesPerTask;
  const progress = progressOf(children, 'children');
  let done = 0;
  try {
    return await simulate(experiment, flopsPerSecond, ({ type }) => {
      if (type === 'child') progress.show(++done);
    });
  } finally {
    progress.clear();
  }
}

function simulationLines(simulation: Simulation, { bold, dim }: Colors): readonly string[] {
  const { tasks, children, flops, chipHours, flopsPerSecond, system } = simulation;
  const sizes = new Map(system.rows.map((row) => [row.task, row]));
  const [titles = '', ...rows] = table(
    [
      { title: 'task' },
      { title: 'children', numeric: true },
      { title: 'retained', numeric: true },
      { title: 'steps', numeric: true },
      { title: 'compute', numeric: true },
      { title: 'accounted', numeric: true },
      { title: 'total', numeric: true },
      { title: 'shared', numeric: true },
      { title: 'own components', numeric: true },
    ],
    tasks.map((each) => [
      each.task,
      count(each.children),
      count(each.retained),
      count(each.steps),
      metric(each.flops, 'FLOP'),
      metric(sizes.get(each.task)?.accountedParams ?? 0),
      metric(sizes.get(each.task)?.totalParams ?? 0),
      percent(sizes.get(each.task)?.sharedFraction ?? 0, 1),
      count(each.ownComponents),
    ]),
  );
  return [
    `${bold(system.run)}  simulated; qualities are synthetic, sizes and locks follow from them`,
    dim(titles),
    ...rows,
    '',
    `${count(children)} children, ${metric(flops, 'FLOP')}, ${metric(system.systemParams)} parameters in the whole system`,
    `${duration(chipHours * 3600)} on one accelerator that sustains ${metric(flopsPerSecond, 'FLOP/s')}`,
  ];
}
