import { describe, expect, test } from 'vitest';
import { request as requestSchema } from '../../../protocol/index.js';
import { experimentOf, poolOf, taskOf } from '../../../tests/support/experiments.js';
import { createRecord } from '../../../tests/support/runs.js';
import { choicesOf, methodOf, ROOT, systemOf, TINY } from '../../../tests/support/systems.js';
import type { Component, ComponentName } from '../domain/component.js';
import { pathOf } from '../domain/system.js';
import type { Task } from '../domain/task.js';
import { ask, type Child, type Origin, startIteration, streamsOf } from '../evolution/index.js';
import { recallSystem } from '../state/record/recall.js';
import { architectureRequest } from './architecture.js';
import { evaluateRequest } from './evaluate.js';
import { taskRequest } from './inspect.js';
import { trainRequest } from './train.js';

const budget = {
  batchSize: 64,
  batchesBetweenValidations: 10,
  validations: 2,
  validationBatchSize: 50,
  validationBatches: 2,
};
const facts = { numClasses: 5, examples: { train: 640, validation: 100, test: 1000 } };
const splits = { train: 'train[10%:]', validation: 'train[:10%]', test: 'test' };
const task: Task = { ...taskOf('a'), splits, facts };

describe('trainRequest', () => {
  const of: Component = {
    id: '1/cls',
    name: 'cls',
    parameterCount: 8,
    paramsDigest: 'p',
    traceDigest: 't',
  };
  const compiled = (origin: Origin, name: ComponentName = 'cls') => {
    const system = systemOf([ROOT]);
    const { hyperparameters } = pathOf(system, 0);
    const components = [{ id: '9/cls', name, parameterCount: 8, origin }];
    const child: Child = { pathId: 9, parentId: 0, hyperparameters, components, qualityBar: null };
    const generation = { data: hyperparameters, dataSeed: 1, seedPaths: [0], children: [child] };
    const { children } = trainRequest(generation, [child], {
      task,
      budget,
      experiment: experimentOf(),
      store: 'store',
    });
    return children[0]?.components[0];
  };

  test('a shared component is frozen and has no momentum', () => {
    expect(compiled({ kind: 'shared', of })).toEqual({
      name: 'cls',
      trainable: false,
      initialiser: { kind: 'stored', paramsDigest: 'p', traceDigest: null },
    });
  });

  test('a cloned component starts from parameters and momentum', () => {
    expect(compiled({ kind: 'cloned', of })).toEqual({
      name: 'cls',
      trainable: true,
      initialiser: { kind: 'stored', paramsDigest: 'p', traceDigest: 't' },
    });
  });

  test('a new component starts from its seed, a resampled one from the root’s parameters', () => {
    expect(compiled({ kind: 'fresh', seed: 3 }, 'head')).toEqual({
      name: 'head',
      trainable: true,
      initialiser: { kind: 'fresh', seed: 3 },
    });
    expect(compiled({ kind: 'resampled', of }, 'posembed_input')).toEqual({
      name: 'posembed_input',
      trainable: true,
      initialiser: { kind: 'resampled', paramsDigest: 'p' },
    });
  });

  test.each([
    ['mu2net', 0.01, true],
    ['mu2net+', 0.001, false],
  ])('%s has warmupStart %d and normaliseFirst %s', (name, warmupStart, first) => {
    const system = systemOf([ROOT]);
    const { hyperparameters } = pathOf(system, 0);
    const data = { ...hyperparameters, ds_quality_delta: 0.1 };
    const generation = { data, dataSeed: 1, seedPaths: [0], children: [] };
    const experiment = experimentOf({ method: choicesOf({ name }) });
    const request = trainRequest(generation, [], { task, budget, experiment, store: 'store' });
    expect(request).toMatchObject({
      warmupStart,
      augmentation: { normaliseFirst: first, qualityDelta: 0.1 },
    });
  });

  test('any part of a generation makes a valid message', async () => {
    const experiment = experimentOf();
    const ledger = await createRecord(experiment, poolOf(experiment));
    const system = recallSystem(ledger);
    const streams = streamsOf(1);
    const iteration = startIteration(system, { index: 0, task: 'a', numClasses: 5 }, streams);
    const generation = ask(system, iteration, methodOf(experiment.method), streams);
    const part = generation.children.slice(1);
    const request = trainRequest(generation, part, { task, budget, experiment, store: 'store' });
    expect(requestSchema.parse(request)).toEqual(request);
    expect(request).toMatchObject({
      kind: 'train',
      store: 'store',
      task: { name: 'a', numClasses: 5 },
      budget,
      dataSeed: generation.dataSeed,
      augmentation: { crop: true, areaRangeMin: 0.05, flipLeftRight: true, hueDelta: 0 },
    });
    request.children.forEach((child, at) => {
      const { pathId, hyperparameters, components, qualityBar } = part[at] as Child;
      expect(child).toMatchObject({
        pathId,
        qualityBar,
        architecture: architectureRequest(TINY, hyperparameters),
        optimizer: {
          learningRate: hyperparameters.opt_lr,
          schedule: hyperparameters.opt_lr_schedule,
          warmupRatio: hyperparameters.opt_lr_warmup_ratio,
          momentum: hyperparameters.opt_momentum,
          nesterov: hyperparameters.opt_nesterov,
        },
      });
      expect(child.components.map(({ name }) => name)).toEqual(components.map(({ name }) => name));
    });
  });
});

test('evaluateRequest lists the digests of the path, in forward order', () => {
  const system = systemOf([ROOT, { id: 1, task: 'a', parent: 0, newComponents: ['head'] }]);
  const request = evaluateRequest(
    { path: pathOf(system, 1), system, task, split: 'test', batchSize: 64 },
    'store',
  );
  expect(request).toMatchObject({ kind: 'evaluate', split: 'test', batchSize: 64 });
  expect(request.components.at(0)).toEqual({
    name: 'embedding',
    paramsDigest: 'params of 0/embedding',
  });
  expect(request.components.at(-1)).toEqual({ name: 'head', paramsDigest: 'params of 1/head' });
});

test('architectureRequest and taskRequest contain all facts on shapes and data', () => {
  const shapes = { ds_image_size: 16, num_classes: 5, adapter_dim: 4 };
  expect(architectureRequest(TINY, shapes)).toEqual({
    patchSize: 4,
    hiddenSize: 8,
    mlpDim: 16,
    numHeads: 2,
    imageSize: 16,
    numClasses: 5,
    adapterDim: 4,
  });
  expect(taskRequest(task, null)).toEqual({
    name: 'a',
    source: task.source,
    splits: task.splits,
    numClasses: null,
  });
});
