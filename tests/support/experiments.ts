import type { Experiment, TaskSpec } from '../../ts/src/domain/experiment.js';
import type { TaskFacts } from '../../ts/src/domain/task.js';
import { mu2netPlus } from '../../ts/src/evolution/index.js';
import { NullPool, type NullPoolOptions } from '../../ts/src/pool/null.js';
import { choicesOf, TINY } from './systems.js';

const FACTS: TaskFacts = { numClasses: 5, examples: { train: 640, validation: 100, test: 1000 } };

/** Returns a task that exists only in the null pool. */
export function taskOf(name: string, choices: Partial<TaskSpec> = {}): TaskSpec {
  return {
    name,
    isPrivate: false,
    source: { kind: 'npz', path: `/data/${name}.npz` },
    splits: { train: 'train[10%:]', validation: 'train[:10%]', test: 'test' },
    facts: FACTS,
    ...choices,
  };
}

/** Returns a small µ2Net experiment on three tasks, with all kinds of mutation. */
export function experimentOf(choices: Partial<Experiment> = {}): Experiment {
  return {
    name: 'test',
    seed: 1,
    architecture: TINY,
    checkpoint: null,
    method: choicesOf({
      samplesPerTask: 6,
      width: 3,
      adaptersMutate: true,
      score: { base: 0.9, parametersReference: 3000, flopsReference: null },
      ranges: {
        _mu_: [0.1, 0.2, 0.3, 0.5],
        num_layers: [1, 2, 3, 4],
        adapter_dim: [2, 4, 8],
        opt_lr: [0.001, 0.01, 0.1],
        opt_momentum: [null, 0.5, 0.9],
        ds_image_size: [8, 16, 24],
      },
    }),
    training: {
      batchSize: 64,
      maxTrainExamplesBetweenValidations: 640,
      validationsPerChild: 2,
      maxValidationExamples: 100,
    },
    tasks: ['a', 'b', 'c'].map((name) => taskOf(name)),
    taskIterations: 2,
    cycles: 1,
    continueFrom: null,
    ...choices,
  };
}

/**
 * Returns the same experiment with µ2Net+, a score that counts operations, and a small population.
 */
export function plusExperimentOf(choices: Partial<Experiment> = {}): Experiment {
  const { method, ...experiment } = experimentOf();
  return {
    ...experiment,
    method: choicesOf({
      ...method,
      name: 'mu2net+',
      ...mu2netPlus.parameters,
      maxTaskPopulation: 2,
      adaptersRemovable: true,
      score: { base: 0.9, parametersReference: 3000, flopsReference: 200_000 },
      ranges: { ...method.ranges, ds_quality_delta: [0, 0.1, 0.2] },
    }),
    ...choices,
  };
}

/** Returns a null pool that knows the facts of an experiment's tasks. */
export function poolOf({ tasks }: Experiment, options: NullPoolOptions = {}): NullPool {
  const facts = new Map(tasks.map((task) => [task.name, task.facts ?? FACTS]));
  return new NullPool({ facts, ...options });
}
