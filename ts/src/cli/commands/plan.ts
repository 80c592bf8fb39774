import { Argument, InvalidArgumentError, Option } from 'commander';
import type { Overrides } from '../../index.js';
import { planExperiment } from '../../planning/plan.js';
import { count } from '../../text/format.js';
import { defineCommand } from '../define-command.js';
import { planLines } from '../render/plan.js';
import { readExperiment, SET_OPTION } from '../shell/experiment.js';
import { runStoppable } from '../shell/interrupt.js';
import { print, printJson } from '../shell/output.js';
import { withProgress } from '../shell/progress.js';
import { screenOf } from '../shell/screen.js';

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
