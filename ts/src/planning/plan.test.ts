import { describe, expect, it, test } from 'vitest';
import { experimentOf, taskOf } from '../../../tests/support/experiments.js';
import { choicesOf } from '../../../tests/support/systems.js';
import { parseDevice } from './chips.js';
import { needsOf } from './plan.js';
import type { CompiledShape } from './python.js';
import { plannedPaths, planRequest } from './request.js';
import { addSeconds, programSeconds } from './roofline.js';

const program = {
  argumentBytes: 1e9,
  outputBytes: 1e9,
  temporaryBytes: 0,
  aliasedBytes: 0,
  flops: 197e12,
  bytesAccessed: 4 * 819e9,
  collectives: {},
};

describe('programSeconds', () => {
  const { chip } = parseDevice('v5e');

  it('is the time of the operations or of the bytes, whichever is longer', () => {
    expect(programSeconds(program, chip, true)).toBeCloseTo(4, 12);
    expect(programSeconds({ ...program, flops: 5 * 197e12 }, chip, true)).toBeCloseTo(5, 12);
  });

  it('counts only arguments and outputs where another compiler stands in', () => {
    expect(programSeconds(program, chip, false)).toBeCloseTo(1, 12);
    expect(programSeconds({ ...program, flops: 0 }, chip, false)).toBeCloseTo(2 / 819, 12);
  });

  it('is not known without the rates of the chip', () => {
    expect(programSeconds(program, parseDevice('cpu').chip, true)).toBeNull();
    expect(addSeconds([1, null, 2])).toBeNull();
    expect(addSeconds([1, 2])).toBe(3);
  });
});

test('plannedPaths are the largest paths of each image size', () => {
  const method = {
    ...choicesOf({ adaptersMutate: true }),
    ranges: { ds_image_size: [32, 16], num_layers: [1, 3], adapter_dim: [8, 64] },
  };
  const tasks = [taskOf('a'), taskOf('b', { facts: null })];
  const paths = plannedPaths(experimentOf({ method, tasks }));
  expect(paths.map((path) => path.ds_image_size)).toEqual([16, 32]);
  expect(paths[1]).toMatchObject({ num_layers: 3, adapter_dim: 64, adapter_layers: [0, 1, 2] });
  const device = parseDevice('v5e:2x2');
  const request = planRequest(experimentOf({ method, tasks }), device, { imageSizes: [48] });
  expect(request).toMatchObject({ platform: 'tpu', topology: 'v5e:2x2', devices: 4 });
  expect(request.shapes).toHaveLength(1);
  expect(request.shapes[0]?.components).toContain('residual_adapter_2');
});

describe('needsOf', () => {
  const dispatches = { programs: { step: 2 }, argumentBytes: 1e9, peakBytes: 5e9 };
  const shape: CompiledShape = {
    programs: { step: program },
    failures: [],
    components: [],
    step: dispatches,
    validation: dispatches,
    remats: [
      { remat: 'none', flops: 1, bytesAccessed: 1, argumentBytes: 1e9, peakBytes: null },
      { remat: 'full', flops: 1, bytesAccessed: 1, argumentBytes: 1e9, peakBytes: 5e9 },
    ],
    trainedBytes: 1e9,
    frozenBytes: 3e9,
  };
  const options = {
    precision: 'bfloat16',
    attention: 'xla',
    remat: 'full',
    cohortBytes: 4e9,
    componentCacheBytes: 2e9,
    prefixCacheBytes: 1e9,
    dataCacheBytes: 1e9,
  };
  const experiment = experimentOf({ method: choicesOf({ width: 8 }) });
  const needs = needsOf(shape, { options }, { device: parseDevice('v5e'), experiment });

  it('adds snapshots, siblings and full caches to the peak of a step', () => {
    expect(needs).toMatchObject({ childBytes: 6e9, cohort: 2, cohortBytes: 12e9, fits: true });
    expect(needs.stepSeconds).toBeCloseTo(8, 12);
  });

  it('says which remat fits, and the largest batch', () => {
    expect(needs.remats).toEqual([
      { remat: 'none', peakBytes: null, fits: false, largestBatch: null },
      // 16 − 4 of caches − 2 of the child and its snapshot, where 64 images need 4.
      { remat: 'full', peakBytes: 6e9, fits: true, largestBatch: 160 },
    ]);
  });

  it('says what does not stay on the device', () => {
    expect(needs.spills).toEqual([
      'a generation of 8 children that train everything trains 2 at a time',
      'a frozen path is larger than the cache of components, so each child loads it anew',
    ]);
  });
});
