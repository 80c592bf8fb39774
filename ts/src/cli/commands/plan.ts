import { Argument, InvalidArgumentError, Option } from 'commander';
import type { Overrides } from '../../index.js';
import { type Plan, type PlannedShape, planExperiment } from '../../planning/plan.js';
import { bytes, count, metric } from '../../text/format.js';
import { wrapText } from '../../text/wrap.js';
import { defineCommand } from '../define-command.js';
import { tableLines } from '../render/table.js';
import { readExperiment, SET_OPTION } from '../shell/experiment.js';
import { runStoppable } from '../shell/interrupt.js';
import { print, printJson } from '../shell/output.js';
import { withProgress } from '../shell/progress.js';
import { type Screen, screenOf } from '../shell/screen.js';

interface Options {
  readonly device: string;
  readonly precision?: 'auto' | 'float32' | 'bfloat16';
  readonly remat?: 'auto' | 'none' | 'dots' | 'full';
  readonly imageSize?: readonly number[];
  readonly set: Overrides;
}

export const plan = defineCommand<[config: string], Options>({
  name: 'plan',
  group: 'grow',
  description: 'compile an experiment for a device that need not be here: memory, time, what fits',
  arguments: [new Argument('<config>', 'YAML file, for example configs/mu2net/b-deca.yaml')],
  options: [
    new Option(
      '--device <device>',
      'v4, v5e, v5p, v6e or a slice such as v5e:2x2; a100, h100, h200 or several such as h100:8; cpu',
    ).makeOptionMandatory(),
    new Option('--precision <format>', 'number format').choices(['auto', 'float32', 'bfloat16']),
    new Option('--remat <what>', 'what a step computes again').choices([
      'auto',
      'none',
      'dots',
      'full',
    ]),
    new Option(
      '--image-size <px>',
      'plan for this image size alone; repeatable (default: all that the experiment can use)',
    ).argParser(addImageSize),
    SET_OPTION,
  ],
  async run([config], { device, precision, remat, imageSize, set, ...globals }) {
    const experiment = readExperiment(config, { set, dataMustExist: false });
    const what = `planning ${experiment.name} for ${device}`;
    const planned = await withProgress(what, globals, (progress) =>
      runStoppable((signal) =>
        planExperiment(experiment, device, {
          precision,
          remat,
          imageSizes: imageSize,
          signal,
          onProgress: ({ done, program }) =>
            progress.show(`${what}: ${count(done)} programs compiled, now ${program}`),
        }),
      ),
    );
    if (planned.shapes.some(({ compiled }) => compiled.failures.length > 0)) process.exitCode = 1;
    if (globals.json) printJson(planned);
    else print(...planLines(planned, screenOf(process.stdout)));
  },
});

function addImageSize(text: string, sizes: readonly number[] = []): readonly number[] {
  if (!/^[1-9]\d{0,3}$/.test(text)) {
    throw new InvalidArgumentError('it must be a whole number of pixels, for example 224.');
  }
  return [...sizes, Number(text)];
}

const memory = (size: number | null) => (size === null ? 'fails' : bytes(size));
const time = (seconds: number | null) =>
  seconds === null ? metric(null) : `${(1000 * seconds).toPrecision(3)} ms`;

/** Renders a plan: a table of image sizes, then what spills or does not compile. */
function planLines(plan: Plan, screen: Screen): readonly string[] {
  const { memoryBytes, flopsPerSecond, bytesPerSecond, options, shapes } = plan;
  const wrapped = (text: string) => wrapText(text, screen.width);
  const programs = shapes.reduce((sum, { compiled }) => sum + keysOf(compiled.programs), 0);
  return [
    ...wrapped(
      `${screen.bold(plan.experiment)} on ${plan.device}: ${count(programs)} programs compiled by ${plan.compiler}; nothing was run`,
    ),
    ...wrapped(`${options.precision}, remat ${options.remat}, attention ${options.attention}`),
    ...tableLines(
      [
        { title: 'px', numeric: true },
        { title: 'batch', numeric: true, leaves: 4 },
        { title: 'child', numeric: true },
        { title: 'cohort', numeric: true, leaves: 3 },
        { title: 'memory', numeric: true },
        { title: 'fits' },
        { title: 'step', numeric: true, leaves: 1 },
        { title: 'validation', numeric: true, leaves: 2 },
      ],
      shapes.map((shape) => [
        count(shape.imageSize),
        count(shape.batchSize),
        memory(shape.childBytes),
        count(shape.cohort),
        memory(shape.cohortBytes),
        shape.fits ? 'yes' : 'no',
        time(shape.stepSeconds),
        time(shape.validationSeconds),
      ]),
      screen,
    ),
    '',
    ...tableLines(
      [
        { title: 'px', numeric: true },
        { title: 'remat' },
        { title: 'child', numeric: true },
        { title: 'fits' },
        { title: 'largest batch', numeric: true },
      ],
      shapes.flatMap((shape) =>
        shape.remats.map((each) => [
          count(shape.imageSize),
          each.remat,
          memory(each.peakBytes),
          each.fits ? 'yes' : 'no',
          each.largestBatch === null ? '–' : `about ${count(each.largestBatch)}`,
        ]),
      ),
      screen,
    ),
    '',
    ...wrapped(
      memoryBytes === null
        ? 'the memory and the rates are those of this machine, and not known to the plan'
        : `a chip has ${bytes(memoryBytes)}, ${metric(flopsPerSecond, 'FLOP/s')} and ${metric(bytesPerSecond, 'B/s')} (${plan.source})`,
    ),
    ...wrapped(
      plan.isOwnCompiler
        ? 'step and validation are rooflines of one child that trains everything: a device is not faster'
        : `step and validation are rooflines from operations, arguments and outputs; XLA's compiler for CPUs stands in for that of ${plan.device}, so memory is an estimate`,
    ),
    ...shapes.flatMap((shape) => troublesOf(shape).flatMap(wrapped)),
  ];
}

const keysOf = (record: object) => Object.keys(record).length;

function troublesOf({ imageSize, spills, compiled }: PlannedShape): readonly string[] {
  return [
    ...spills.map((spill) => `${imageSize} px: ${spill}`),
    ...compiled.failures.map((failure) => `${imageSize} px does not compile: ${failure}`),
  ];
}
