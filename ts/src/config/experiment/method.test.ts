import { describe, expect, it } from 'vitest';
import { mu2net, mu2netPlus } from '../../evolution/index.js';
import { type ConfigInput, defineExperiment } from '../index.js';

/** Values that the ranges of µ2Net+ hold where the defaults are µ2Net's. */
const PLUS = { ds_area_range_min: 1, ds_aspect_ratio_range_min: 1 };

const minimal = { name: 'x', tasks: ['digits'] } satisfies ConfigInput;

describe('a method', () => {
  it('takes what it leaves out from its method', () => {
    const of = (method: ConfigInput['method']) =>
      defineExperiment({ ...minimal, ...(method && { method }) }).experiment.method;
    expect(of(undefined)).toMatchObject({ name: 'mu2net', ...mu2net.parameters });
    expect(of({ name: 'mu2net+' })).toMatchObject(mu2netPlus.parameters);
    const method = {
      name: 'mu2net+',
      maxTaskPopulation: null,
      normaliseFirst: true,
      score: { base: 1 },
    };
    expect(of(method)).toMatchObject({
      ...mu2netPlus.parameters,
      ...method,
      score: { ...mu2netPlus.parameters.score, base: 1 },
    });
    expect(of({ policies: { mutation: 'mu2net+' } }).policies).toEqual({ mutation: 'mu2net+' });
  });

  it('has the published ranges of an agent, up to the layers of its root model', () => {
    const hyperparameters = { num_layers: 4, ds_image_size: 48 };
    const of = (autoTune: 'plus-ti0' | 'plus-base') =>
      defineExperiment({ ...minimal, autoTune, hyperparameters: { ...hyperparameters, ...PLUS } })
        .experiment.method.ranges;
    expect(of('plus-base')).toMatchObject({
      num_layers: [0, 1, 2, 3, 4],
      adapter_dim: [8, 16, 32, 64, 128],
      ds_image_size: [16, 32, 48, 64, 80, 96, 112],
      _mu_: [0.02, 0.04, 0.06, 0.08, 0.1, 0.12, 0.14, 0.16, 0.18, 0.2, 0.22, 0.24, 0.26, 0.28, 0.3],
    });
    expect(() => of('plus-ti0')).toThrow('num_layers 4 is not in its range [0, 1, 2, 3]');
  });

  it('gives every path the adapters that its root is said to have', () => {
    const layers = (adapter_layers: 'all' | number[]) =>
      defineExperiment({ ...minimal, hyperparameters: { adapter_layers } }).experiment.method
        .defaults.adapter_layers;
    expect(layers('all')).toEqual([0, 1, 2]);
    expect(layers([2, 0])).toEqual([0, 2]);
    expect(() => layers([3])).toThrow(
      'hyperparameters.adapter_layers 3 is not one of the 3 layers, which count from 0',
    );
  });
});
