import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { TaskSpec } from '../domain/experiment.js';
import { changeExperiment } from './change.js';
import { loadExperiment } from './load.js';

const CONFIG = join(import.meta.dirname, '../../../configs/quickstart.yaml');
const load = (overrides = {}) =>
  loadExperiment(CONFIG, overrides, { dataMustExist: false }).experiment;

describe('changeExperiment', () => {
  test.each([
    { 'method.width': 4 },
    { 'method.score.base': 0.9, seed: 3 },
    { 'ranges.num_layers': [1, 3], 'training.batchSize': 32 },
    { taskIterations: 2 },
  ])('is what the configuration would have given: %o', (overrides) => {
    expect(changeExperiment(load(), overrides)).toEqual(load(overrides));
  });

  test('takes other tasks by name, as they are known or as the catalogue has them', () => {
    const known = { ...(load().tasks[0] as TaskSpec), name: 'own', isPrivate: true };
    const changed = changeExperiment(
      load(),
      { 'method.width': 4 },
      { names: ['own', 'digits'], known: [known] },
    );
    expect(changed.tasks).toEqual([known, load().tasks[1]]);
    expect(changed.method.width).toBe(4);
  });

  test.each(['vit', 'vtab-1k', 'chars', 'vdd'])(
    'keeps the tasks of %s as they are',
    (benchmark) => {
      const experiment = load({ tasks: { benchmark } });
      expect(changeExperiment(experiment, { seed: 3 }).tasks).toEqual(experiment.tasks);
    },
  );

  test('of nothing is the same experiment', () => {
    const experiment = load();
    expect(changeExperiment(experiment, {})).toBe(experiment);
  });

  test('is checked as a configuration is', () => {
    const refusal = (overrides: object) => () => changeExperiment(load(), { ...overrides });
    expect(refusal({ 'method.width': 0 })).toThrow(
      'with method.width set: method.width must be 1 or more',
    );
    expect(refusal({ 'hyperparameters.opt_lr': 3 })).toThrow('is not in its range');
    expect(refusal({ 'seed.x': 1 })).toThrow('cannot set seed.x');
  });
});
