import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { componentsOf } from '../../ts/src/domain/system.js';
import { accountedParameters, locksDuring } from '../../ts/src/evolution/index.js';
import type { Sampled } from '../../ts/src/run/sampled.js';
import { experimentOf, poolOf, taskOf } from '../support/experiments.js';
import { founded, grown } from '../support/runs.js';

const FILE = join(import.meta.dirname, 'mu2net.json');

const experiment = experimentOf({
  seed: 20220525,
  tasks: [taskOf('a'), taskOf('b', { isPrivate: true }), taskOf('c')],
});

/** Powers may differ in their last bits between versions of Node. */
const rounded = (value: number) => value.toPrecision(12);

/** A whole run in words: what was drawn, what came of it, and what was kept. */
async function trace() {
  const pool = poolOf(experiment, { diverging: new Set([4]) });
  const ledger = await founded(experiment, pool);
  const system = await grown(ledger, pool);
  const parents = new Map(ledger.paths().map(({ id, hyperparameters }) => [id, hyperparameters]));
  const paths = new Map(ledger.paths().map((path) => [path.id, path]));
  const children = ledger.children<Sampled>().map(({ path, parent, task, generation, child }) => {
    const before: Readonly<Record<string, unknown>> = { ...parents.get(parent) };
    const mutations = Object.entries(child.hyperparameters)
      .filter(([name, value]) => JSON.stringify(value) !== JSON.stringify(before[name]))
      .map(([name, value]) => `${name} ${JSON.stringify(before[name])} → ${JSON.stringify(value)}`);
    const components = child.components
      .filter(({ origin }) => origin !== 'shared')
      .map(({ name, origin, from }) => {
        return `${name} ${origin} ${from}`;
      });
    const kept = paths.get(path);
    const entry = {
      parent: `${parent}`,
      bar: child.qualityBar === null ? 'none' : rounded(child.qualityBar),
      mutations: mutations.join(', '),
      trained: components.join(', '),
      retained: kept ? `quality ${kept.quality}, score ${rounded(kept.score ?? 0)}` : 'no',
    };
    return [`${path} for ${task} in generation ${generation}`, entry] as const;
  });
  const iterations = ledger.iterations().map(({ id, task, best }) => {
    const seedPaths = ledger.generations(id).map((generation) => generation.seedPaths.join(' '));
    return [`${id} of ${task}`, { best, seedPaths: seedPaths.join(', then ') }] as const;
  });
  const models = [...system.paths.values()].map((path) => {
    const locks = locksDuring(system, path.task);
    const accounted = accountedParameters(componentsOf(path, system), path.task ?? '', locks);
    const { parent, components } = path;
    const entry = {
      parent: `${parent}`,
      accounted: rounded(accounted),
      components: components.join(' '),
    };
    return [`${path.id} of ${path.task ?? 'the root'}`, entry] as const;
  });
  const tests = ledger.evaluations().map(({ path, correct, total }) => {
    return [`${path}`, `${correct} of ${total}`] as const;
  });
  return {
    seed: experiment.seed,
    children: Object.fromEntries(children),
    iterations: Object.fromEntries(iterations),
    models: Object.fromEntries(models),
    tests: Object.fromEntries(tests),
  };
}

/**
 * A change of this file's trace is a change of every run's result: seeds would no longer reproduce
 * what they did. When that is meant, write it anew with `UPDATE_GOLDEN=1 npx vitest run tests/golden`
 * and say so.
 */
test('a recorded run replays byte for byte', async () => {
  const replayed = `${JSON.stringify(await trace(), null, 2)}\n`;
  if (process.env.UPDATE_GOLDEN === '1') writeFileSync(FILE, replayed);
  expect(replayed).toBe(readFileSync(FILE, 'utf8'));
});
