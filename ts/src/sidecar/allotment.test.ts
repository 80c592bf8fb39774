import { describe, expect, it } from 'vitest';
import { type AllotmentInput, allotDevices } from './allotment.js';
import type { ProbedDevice } from './probe.js';

const gpus = (n: number) => Array.from({ length: n }, () => ({ platform: 'gpu', kind: 'H200' }));
const cpu = [{ platform: 'cpu', kind: 'cpu' }];
const tpus = [
  { platform: 'tpu', kind: 'TPU v4' },
  { platform: 'tpu', kind: 'TPU v4' },
];

function allot(
  devices: readonly ProbedDevice[] | null,
  workers: AllotmentInput['workers'],
  devicesPerWorker: number,
  cuda?: string,
) {
  return allotDevices({ devices, workers, devicesPerWorker, visible: cuda });
}

function visible(...input: Parameters<typeof allot>): readonly (string | undefined)[] {
  return allot(...input).environments.map(({ CUDA_VISIBLE_DEVICES }) => CUDA_VISIBLE_DEVICES);
}

describe('on GPUs', () => {
  it('gives each worker devices of its own', () => {
    expect(visible(gpus(4), 2, 2)).toEqual(['0,1', '2,3']);
    expect(visible(gpus(4), 3, 1)).toEqual(['0', '1', '2']);
  });

  it("starts as many workers on 'auto' as there are devices for", () => {
    expect(visible(gpus(8), 'auto', 1)).toHaveLength(8);
    expect(visible(gpus(7), 'auto', 2)).toEqual(['0,1', '2,3', '4,5']);
  });

  it('keeps to those that are visible, in their order', () => {
    expect(visible(gpus(3), 'auto', 1, '5,2,7')).toEqual(['5', '2', '7']);
    expect(visible(null, 1, 1, '5,2,7')).toEqual(['5']);
    expect(visible(null, 1, 1, '')).toEqual(['']);
  });

  it('refuses more workers than there are devices for', () => {
    expect(() => allot(gpus(3), 2, 2)).toThrow(
      '2 workers with --devices 2 need 4 GPUs and JAX sees 3; use --workers auto',
    );
  });
});

describe('elsewhere', () => {
  it('shares the memory among workers on CPUs', () => {
    expect(allot(cpu, 3, 1)).toMatchObject({ memory: '33%', environments: { length: 3 } });
    expect(allot(cpu, 'auto', 1)).toMatchObject({ memory: undefined, environments: { length: 1 } });
    expect(allot(null, 1, 1).memory).toBeUndefined();
  });

  it('has one worker on TPUs', () => {
    expect(allot(tpus, 'auto', 2).environments).toHaveLength(1);
    expect(() => allot(tpus, 2, 1)).toThrow('use --workers 1 --devices 2');
  });
});
