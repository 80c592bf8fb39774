import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  experimentOf,
  plusExperimentOf,
  poolOf,
  taskOf,
} from '../../../tests/support/experiments.js';
import { createRecord, growToEnd } from '../../../tests/support/runs.js';
import { choicesOf } from '../../../tests/support/systems.js';
import { budgetOf } from '../domain/budget.js';
import { isTrained } from '../state/record/records.js';
import { childFlops } from '../views/child-flops.js';
import { leaderboard } from '../views/leaderboard.js';
import type { RunEvent } from './events/events.js';
import { simulate } from './simulate.js';

describe('simulate', () => {
  test('has the models of a whole record, and adds up all of its children', async () => {
    const drawn = fc.record({
      seed: fc.nat(),
      cycles: fc.integer({ min: 1, max: 2 }),
      isPlus: fc.boolean(),
    });
    const property = fc.asyncProperty(drawn, async ({ isPlus, ...choices }) => {
      const experiment = isPlus ? plusExperimentOf(choices) : experimentOf(choices);
      const pool = poolOf(experiment);
      const ledger = await createRecord(experiment, pool);
      await growToEnd(ledger, pool);
      const simulation = await simulate(experiment);
      expect(simulation.system).toEqual(leaderboard(ledger, experiment.name));
      for (const { task, children, retained, ownComponents, flops } of simulation.tasks) {
        const all = ledger.children().filter((child) => child.task === task);
        const facts = ledger.tasks().find(({ name }) => name === task)?.facts;
        if (!facts) throw new Error(`the record has no task ${task}`);
        const budget = budgetOf(experiment.training, facts);
        const costs = all.map((child) => childFlops(child, experiment.architecture, budget));
        expect(children).toBe(all.length);
        expect(retained).toBe(all.filter((child) => child.retained).length);
        expect(flops).toBe(costs.reduce((a, b) => a + b, 0));
        const best = simulation.system.rows.find((row) => row.task === task)?.pathId ?? -1;
        const own = ledger.child(best)?.components.filter(isTrained) ?? [];
        expect(ownComponents).toBe(own.length);
      }
    });
    await fc.assert(property, { seed: 1, numRuns: 8 });
  });

  test('makes all decisions of the run and estimates its cost', async () => {
    const experiment = experimentOf();
    const events: RunEvent[] = [];
    const simulation = await simulate(experiment, 1e12, (event) => events.push(event));
    expect(simulation.children).toBe(36);
    expect(simulation.tasks.map(({ task }) => task)).toEqual(['a', 'b', 'c']);
    for (const { children, retained, steps, ownComponents, flops } of simulation.tasks) {
      expect(children).toBe(12);
      expect(retained).toBeGreaterThan(0);
      expect(retained).toBeLessThanOrEqual(12);
      // 640 examples at batch 64, two validations.
      expect(steps).toBe(12 * 10 * 2);
      // At least the forced clone and the head.
      expect(ownComponents).toBeGreaterThanOrEqual(2);
      expect(flops).toBeGreaterThan(0);
    }
    const flops = simulation.tasks.reduce((sum, each) => sum + each.flops, 0);
    expect(simulation.flops).toBe(flops);
    expect(simulation.hours).toBeCloseTo(flops / 1e12 / 3600, 12);
    expect(simulation.system.rows).toHaveLength(3);
    expect(events.filter(({ type }) => type === 'child')).toHaveLength(36);
    expect(await simulate(experiment, 1e12)).toEqual(simulation);
  });

  test('counts the operations of children that train all components', async () => {
    const method = choicesOf({ samplesPerTask: 1, width: 1 });
    const defaults = { ...method.defaults, _mu_: 1, num_layers: 1 };
    const experiment = experimentOf({
      tasks: [taskOf('a')],
      taskIterations: 1,
      method: { ...method, defaults },
    });
    // XLA's counts for TINY at 16 px, with one layer and 5 classes.
    const embedding = 12_416;
    const forward = embedding + 136 + 34_408 + 57 + 85;
    const trained = (3 * forward - embedding) * 20 * 64;
    // A hundred validation examples make one whole batch, at each of two validations.
    const validated = forward * 64 * 2;
    expect((await simulate(experiment, 1)).flops).toBe(trained + validated);
  });

  test('needs declared facts', async () => {
    const experiment = experimentOf({ tasks: [taskOf('a'), taskOf('b', { facts: null })] });
    await expect(simulate(experiment, 1e12)).rejects.toMatchObject({
      code: 'CONFIG_INVALID',
      message: expect.stringMatching(/^task 'b': /),
    });
  });

  test('simulates a continuing experiment from a root', async () => {
    const experiment = experimentOf();
    const continued = { ...experiment, continueFrom: '/earlier/run' };
    expect(await simulate(continued, 1e12)).toEqual(await simulate(experiment, 1e12));
  });
});
