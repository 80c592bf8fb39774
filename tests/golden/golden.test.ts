import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { methodOf } from '../../ts/src/config/index.js';
import type { Experiment } from '../../ts/src/domain/experiment.js';
import { componentsOf } from '../../ts/src/domain/system.js';
import { accountedParameters, locksDuring } from '../../ts/src/evolution/index.js';
import { claim } from '../paper/claims.js';
import { experimentOf, plusExperimentOf, poolOf, taskOf } from '../support/experiments.js';
import { createRecord, growToEnd } from '../support/runs.js';

const tasks = [taskOf('a'), taskOf('b', { isPrivate: true }), taskOf('c')];

/** Rounds a value, because powers may differ in their last bits between versions of Node. */
const roundPower = (value: number) => value.toPrecision(12);

/** Runs an experiment, and describes its draws, their results and the retained models. */
async function describeRun(experiment: Experiment) {
  const method = methodOf(experiment.method);
  const pool = poolOf(experiment, { diverging: new Set([4]) });
  const ledger = await createRecord(experiment, pool);
  const system = await growToEnd(ledger, pool);
  const parents = new Map(ledger.paths().map(({ id, hyperparameters }) => [id, hyperparameters]));
  const paths = new Map(ledger.paths().map((path) => [path.id, path]));
  const children = ledger.children().map((child) => {
    const { pathId, parentId, task, generation } = child;
    const before: Readonly<Record<string, unknown>> = { ...parents.get(parentId) };
    const mutations = Object.entries(child.hyperparameters)
      .filter(([name, value]) => JSON.stringify(value) !== JSON.stringify(before[name]))
      .map(([name, value]) => `${name} ${JSON.stringify(before[name])} → ${JSON.stringify(value)}`);
    const components = child.components
      .filter(({ origin }) => origin !== 'shared')
      .map(({ name, origin, from }) => {
        return `${name} ${origin} ${from}`;
      });
    const retained = paths.get(pathId);
    const entry = {
      parent: `${parentId}`,
      bar: child.qualityBar === null ? 'none' : roundPower(child.qualityBar),
      mutations: mutations.join(', '),
      trained: components.join(', '),
      retained: retained
        ? `quality ${retained.quality}, score ${roundPower(retained.score ?? 0)}`
        : 'no',
    };
    return [`${pathId} for ${task} in generation ${generation}`, entry] as const;
  });
  const iterations = ledger.iterations().map(({ id, task, bestPathId }) => {
    const generations = ledger.generations(id);
    const entry = {
      best: bestPathId,
      seedPaths: generations.map(({ seedPaths }) => seedPaths.join(' ')).join(', then '),
      ...(generations.some(({ pruned }) => pruned.length > 0) && {
        pruned: generations.map(({ pruned }) => pruned.join(' ')).join(', then '),
      }),
    };
    return [`${id} of ${task}`, entry] as const;
  });
  const models = [...system.paths.values()].map((path) => {
    const locks = locksDuring(system, path.task);
    const accounted = accountedParameters(
      componentsOf(path, system),
      path.task ?? '',
      locks,
      method,
    );
    const { parentId, components } = path;
    const entry = {
      parent: `${parentId}`,
      accounted: roundPower(accounted),
      components: components.join(' '),
    };
    return [`${path.id} of ${path.task ?? 'the root'}`, entry] as const;
  });
  const tests = ledger.evaluations().map(({ pathId, correct, total }) => {
    return [`${pathId}`, `${correct} of ${total}`] as const;
  });
  const flops = ledger.flops();
  return {
    seed: experiment.seed,
    ...(flops.size > 0 && { flops: Object.fromEntries(flops) }),
    children: Object.fromEntries(children),
    iterations: Object.fromEntries(iterations),
    models: Object.fromEntries(models),
    tests: Object.fromEntries(tests),
  };
}

/**
 * If these traces change, the results of all runs change, and seeds no longer reproduce earlier
 * results. If this is intended, write the traces again with `UPDATE_GOLDEN=1 npx vitest run
 * tests/golden` and document the change.
 */
test.each([
  ['mu2net', experimentOf({ seed: 20220525, tasks })],
  ['mu2net-plus', plusExperimentOf({ seed: 20220915, tasks, cycles: 2 })],
])(
  `a recorded run of %s replays byte for byte ${claim('reproducible')}`,
  async (name, experiment) => {
    const file = join(import.meta.dirname, `${name}.json`);
    const replayed = `${JSON.stringify(await describeRun(experiment), null, 2)}\n`;
    if (process.env.UPDATE_GOLDEN === '1') writeFileSync(file, replayed);
    expect(replayed).toBe(readFileSync(file, 'utf8'));
  },
);
