// The 69 tasks of µ2Net, one after the other, on the null pool. Only sampling, accounting and
// selection decide the results, because synthetic qualities do not depend on what a path inherits.
import { describe, expect, test } from 'vitest';
import { PAPER_TASKS } from '../../ts/src/catalogue/index.js';
import { componentNames, countParameters } from '../../ts/src/domain/component.js';
import type { Method } from '../../ts/src/domain/experiment.js';
import { pathFlops } from '../../ts/src/domain/flops.js';
import { componentsOf } from '../../ts/src/domain/system.js';
import { isTrained } from '../../ts/src/state/record/records.js';
import { experimentOf, poolOf, taskOf } from '../support/experiments.js';
import { createRecord, growToEnd } from '../support/runs.js';
import { choicesOf, TINY } from '../support/systems.js';
import { claim } from './claims.js';

const TASKS = PAPER_TASKS.filter(({ benchmark }) => benchmark !== 'extra').map(({ name, facts }) =>
  taskOf(name, { facts }),
);

/** Grows a system of all tasks, and returns it with its sampled children. */
async function growSystem(seed: number, choices: Partial<Method>) {
  const method = choicesOf({
    samplesPerTask: 8,
    width: 4,
    score: { base: 0.8, parametersReference: 3000, flopsReference: null },
    ...choices,
  });
  const experiment = experimentOf({ seed, tasks: TASKS, taskIterations: 1, method });
  const pool = poolOf(experiment);
  const ledger = await createRecord(experiment, pool);
  const system = await growToEnd(ledger, pool);
  const children = new Map(ledger.children().map((child) => [child.pathId, child]));
  return { system, children, iterations: ledger.iterations() };
}

const mean = (values: readonly number[]) => values.reduce((a, b) => a + b, 0) / values.length;
const SEEDS = [1, 2, 3, 4];

/**
 * Returns the mean number of parameters that the final path of a task trained, for the first and
 * the last third of the tasks. Heads are excluded, because the number of classes determines them.
 */
async function addedParameters(choices: Partial<Method>): Promise<{ first: number; last: number }> {
  const perSeed: number[][] = [];
  for (const seed of SEEDS) {
    const { children, iterations } = await growSystem(seed, choices);
    perSeed.push(
      iterations.map(({ bestPathId }) =>
        (children.get(bestPathId)?.components ?? [])
          .filter((component) => isTrained(component) && component.name !== 'head')
          .reduce((sum, { parameterCount }) => sum + parameterCount, 0),
      ),
    );
  }
  const third = TASKS.length / 3;
  return {
    first: mean(perSeed.flatMap((tasks) => tasks.slice(0, third))),
    last: mean(perSeed.flatMap((tasks) => tasks.slice(-third))),
  };
}

describe('a system of 69 tasks', () => {
  test('has the tasks of the paper', () => expect(TASKS).toHaveLength(69));

  // The more tasks share a component, the fewer of its parameters count for each. If the score
  // counts size, paths that share win more often in a larger system.
  test.each(['mu2net', 'mu2net+'])(
    `of %s adds fewer parameters per task as it grows, if the score counts size ${claim('fewer-parameters')}`,
    async (name) => {
      const { first, last } = await addedParameters({ name });
      expect(last).toBeLessThan(0.8 * first);
    },
  );

  test(`runs one path per task, whose size and compute do not grow with the system ${claim('bounded-compute')}`, async () => {
    const { system, children } = await growSystem(1, { adaptersMutate: true });
    const { method } = experimentOf();
    const largest = {
      ...method.defaults,
      num_layers: Math.max(...(method.ranges.num_layers ?? [])),
      ds_image_size: Math.max(...(method.ranges.ds_image_size ?? [])),
      adapter_dim: Math.max(...(method.ranges.adapter_dim ?? [])),
      num_classes: Math.max(...TASKS.map(({ facts }) => facts?.numClasses ?? 0)),
    };
    const bound = {
      ...largest,
      adapter_layers: Array.from({ length: largest.num_layers }, (_, layer) => layer),
    };
    const flops = pathFlops(bound, TINY);
    const parameters = componentNames(bound)
      .map((name) => countParameters(name, TINY, bound))
      .reduce((a, b) => a + b, 0);
    // Checks every trained child, and so every living path.
    for (const { hyperparameters, components } of children.values()) {
      expect(components.map(({ name }) => name)).toEqual(componentNames(hyperparameters));
      expect(pathFlops(hyperparameters, TINY)).toBeLessThanOrEqual(flops);
    }
    for (const path of system.paths.values()) {
      const size = componentsOf(path, system).reduce((sum, each) => sum + each.parameterCount, 0);
      expect(size).toBeLessThanOrEqual(parameters);
    }
    const all = [...system.components.values()].reduce((sum, each) => sum + each.parameterCount, 0);
    expect(all).toBeGreaterThan(3 * parameters);
  });
});
