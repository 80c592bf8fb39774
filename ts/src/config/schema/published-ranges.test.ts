import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { PAPER_TASKS } from '../../catalogue/index.js';
import { architectureOf } from '../../domain/architecture.js';
import type { Experiment } from '../../domain/experiment.js';
import { loadExperiment } from '../index.js';
import { type AutoTune, publishedRanges } from './published-ranges.js';

/** Method §7, but for what its columns agree on; of the price: base, parameters, operations. */
const SETTINGS = `
mu2net/ti0-cmaterdb       Ti/16  0   32 512  51200  4  5120  32  1 2 .2 .1  -  v2         1 1484162 -         -
mu2net/ti3-chars          Ti/16  3   32 512  51200  5  5120  64  1 2 .1 .1  a  v1         1 1484162 -         -
mu2net/b-deca             B/16  12   80 256  51200 30  5120  64  1 2 .1 .1  a  v1         1 85652738 -        -
mu2net/vit-large-vit      L/16  24  384  64 128116  4 10000 128  1 1 .2 .05 -  v2         1 303303682 -       -
mu2net-plus/ti0-cmaterdb  Ti/16  0   32 512  51200  2  5120  16  8 1 .2 .1  a  plus-ti0   .99 1e6 1e6         7
mu2net-plus/ti3-chars     Ti/16  3   32 512  51200  4  5120  32  5 1 .1 .1  a  plus-base  1 1484162 15e6      -
mu2net-plus/b-deca        B/16  12   80 128  51200  4  5120  32 10 1 .1 .1  a  plus-base  1 85652738 1e11     -
mu2net-plus/vit-large     L/16  24  384  16 100000  8 10000  16 24 1 .2 .05 -  plus-large .99 2.2e9 3.8e12    16
`
  .trim()
  .split('\n')
  .map((line) => line.split(/ +/));

const numberOf = (cell: string | undefined) => (cell === '-' ? null : Number(cell));

function load(name: string): Experiment {
  const file = join(import.meta.dirname, '../../../../configs', `${name}.yaml`);
  return loadExperiment(file, {}, { dataMustExist: false }).experiment;
}

describe('a published configuration', () => {
  it.each(SETTINGS)('%s has the settings of method §7', (name, root, ...cells) => {
    const [layers, side, batch, train, validations, validation] = cells.map(numberOf);
    const [samples, cycles, iterations, mu, warmup] = cells.slice(6).map(numberOf);
    const [adapters, tuned] = cells.slice(11);
    const [base, parametersReference, flopsReference, population] = cells.slice(13).map(numberOf);
    const plus = name?.startsWith('mu2net-plus/');
    const { method, training, ...experiment } = load(name ?? '');
    expect(experiment).toMatchObject({
      architecture: architectureOf(root ?? ''),
      cycles,
      taskIterations: iterations,
    });
    expect(training).toEqual({
      batchSize: batch,
      maxTrainExamplesBetweenValidations: train,
      validationsPerChild: validations,
      maxValidationExamples: validation,
    });
    expect(method).toMatchObject({
      name: plus ? 'mu2net+' : 'mu2net',
      samplesPerTask: samples,
      adaptersMutate: adapters === 'a',
      alwaysClone: ['encoder_norm'],
      score: { base, parametersReference, flopsReference },
      maxTaskPopulation: population,
    });
    expect(method.defaults).toMatchObject({
      _mu_: mu,
      num_layers: layers,
      adapter_layers: [],
      opt_lr: 0.01,
      opt_lr_schedule: 'cosine',
      opt_lr_warmup_ratio: warmup,
      opt_momentum: 0.9,
      opt_nesterov: false,
      ds_image_size: side,
      ds_area_range_min: plus ? 1 : 0.05,
      ds_aspect_ratio_range_min: plus ? 1 : 0.75,
      ds_flip_left_right: !plus,
      ds_brightness_delta: 0,
      ds_quality_delta: 0,
    });
    const own = name === 'mu2net/ti0-cmaterdb' && { num_layers: [0, 1, 2, 3] };
    const ranges = { ...publishedRanges(tuned as AutoTune, layers ?? 0), ...own };
    expect(method.ranges).toEqual(ranges);
  });

  it('of a sequence has the tasks of its benchmarks in order', () => {
    const names = (name: string) => load(name).tasks.map((task) => task.name);
    const benchmarks = ['vit', 'vtab-full', 'vdd', 'chars', 'vtab-1k'];
    expect(names('mu2net/vit-large-sequence')).toEqual(
      benchmarks.flatMap((benchmark) => names(`mu2net/vit-large-${benchmark}`)),
    );
    expect(names('mu2net/vit-large-sequence')).toHaveLength(69);
    expect(new Set(names('mu2net-plus/vit-large'))).toEqual(
      new Set(PAPER_TASKS.map((t) => t.name)),
    );
  });

  it.each([
    ['ti3-chars', 'size-90', 0.9, [1, 2, 3]],
    ['b-deca', 'size-2', 0.02, [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]],
  ] as const)('%s-%s puts a price on size', (family, variant, base, layers) => {
    const { method, ...experiment } = load(`mu2net/${family}`);
    const { method: scaled, ...rest } = load(`mu2net/${family}-${variant}`);
    expect(rest).toEqual({ ...experiment, name: rest.name });
    const ranges = { ...method.ranges, num_layers: layers };
    expect(scaled).toEqual({ ...method, score: { ...method.score, base }, ranges });
  });

  it.each([
    ['ti3-chars', 'finetune-all', 1, [], ['encoder_norm']],
    ['ti3-chars', 'freeze-1', 0, [], ['encoder_norm', 'encoderblock_1', 'encoderblock_2']],
    ['ti3-chars', 'adapters-64', 0, [0, 1, 2], ['encoder_norm']],
    ['b-deca', 'freeze-12', 0, [], ['encoder_norm']],
    ['vit-large-vit', 'finetune-all', 1, [], ['encoder_norm']],
  ] as const)(
    'of %s, the baseline %s trains as many steps, from the root, and mutates nothing',
    (family, baseline, mu, adapters, clone) => {
      const steps = ({ method, training, taskIterations, cycles }: Experiment) =>
        method.samplesPerTask * training.validationsPerChild * taskIterations * cycles;
      const evolved = load(`mu2net/${family}`);
      const { method, tasks, ...experiment } = load(`baselines/${family}-${baseline}`);
      expect(steps({ method, tasks, ...experiment })).toBe(steps(evolved));
      expect(tasks).toEqual(evolved.tasks);
      expect(method).toMatchObject({
        name: 'baseline',
        ranges: {},
        adaptersMutate: false,
        alwaysClone: clone,
      });
      expect(method.samplesPerTask).toBe(method.width);
      expect(method.defaults).toMatchObject({ _mu_: mu, adapter_layers: adapters });
    },
  );
});
