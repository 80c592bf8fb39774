import type { Plan, PlannedShape } from '../../planning/plan.js';
import { bytes, count, duration, metric, UNKNOWN } from '../../text/format.js';
import { wrapText } from '../../text/wrap.js';
import type { Screen } from '../shell/screen.js';
import { tableLines } from './table.js';

const memory = (size: number | null) => (size === null ? 'fails' : bytes(size));
const time = (seconds: number | null) =>
  seconds === null ? UNKNOWN : `${(1000 * seconds).toPrecision(3)} ms`;

/** Renders a plan: a table of image sizes, then what spills or does not compile. */
export function planLines(plan: Plan, screen: Screen): readonly string[] {
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
        { title: 'experiment', numeric: true, leaves: 5 },
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
        shape.experimentSeconds === null ? UNKNOWN : duration(shape.experimentSeconds),
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
