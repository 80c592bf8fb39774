import { Argument, Option } from 'commander';
import { iterationsOf } from '../../domain/experiment.js';
import {
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
import { readExperiment, SEED_OPTION, SET_OPTION } from '../shell/experiment.js';
import type { Globals } from '../shell/globals.js';
import { runDisposable } from '../shell/interrupt.js';
import { note, print, printJson } from '../shell/output.js';
import { doneText, withProgress } from '../shell/progress.js';
import { type Screen, screenOf } from '../shell/screen.js';

interface Options {
  readonly flopsPerSecond?: number;
  readonly seed?: number;
  readonly set: Overrides;
}

export const simulate = defineCommand<[config: string], Options>({
  name: 'simulate',
  group: 'grow',
  description: 'simulate an experiment without tensors: its children, sizes, locks and cost',
  arguments: [new Argument('<config>', 'YAML file, for example configs/quickstart.yaml')],
  options: [
    new Option(
      '--flops-per-second <rate>',
      'operations per second that you measured on your machine, for an estimate of hours',
    ).argParser(parsePositiveNumber),
    SEED_OPTION,
    SET_OPTION,
  ],
  async run([config], { flopsPerSecond, set, seed, ...globals }) {
    const experiment = readExperiment(config, { set, seed, dataMustExist: false });
    const { module } = experiment.method;
    if (module) note(`the simulation runs the method module ${module.file}`);
    const simulation = await runDisposable(() =>
      simulateWithProgress(experiment, flopsPerSecond, globals),
    );
    if (globals.json) printJson(simulation);
    else print(...simulationLines(simulation, screenOf(process.stdout)));
  },
});

/** Simulates an experiment, and shows how many children are done. */
async function simulateWithProgress(
  experiment: Experiment,
  flopsPerSecond: number | undefined,
  globals: Globals,
): Promise<Simulation> {
  const children = iterationsOf(experiment) * experiment.method.samplesPerTask;
  let done = 0;
  return withProgress(`simulating ${experiment.name}`, globals, (progress) =>
    simulateExperiment(experiment, {
      flopsPerSecond,
      onEvent({ type }) {
        if (type !== 'child') return;
        const counts = doneText(++done, children, 'children');
        progress.show(`simulating ${experiment.name}: ${counts}`);
      },
    }),
  );
}

function simulationLines(simulation: Simulation, screen: Screen): readonly string[] {
  const { tasks, children, flops, hours, flopsPerSecond, system } = simulation;
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
      metric(sizes.get(each.task)?.accountedParameterCount ?? null),
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
      hours === null
        ? 'the operations of training and validation are counted, not measured; how long they take depends on the machine'
        : `${duration(hours * 3600)} at ${metric(flopsPerSecond, 'FLOP/s')}, the rate that was given`,
    ),
  ];
}
