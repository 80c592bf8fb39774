import { describe, expect, test } from 'vitest';
import { claim } from '../../../tests/paper/claims.js';
import { addProbability, expectToFit, tally } from '../../../tests/support/statistics.js';
import { methodOf, type PathSpec, ROOT, systemOf } from '../../../tests/support/systems.js';
import type { Method } from '../domain/experiment.js';
import type { System } from '../domain/system.js';
import { ask, generationsOf } from './generation.js';
import type { TaskIteration } from './iteration.js';
import { locksDuring } from './locks.js';
import { accountedParameters, exponentialDecay } from './score.js';
import { streamsOf } from './streams.js';

const iterationOf = (
  system: System,
  seedPaths: readonly number[],
  generation = 0,
): TaskIteration => ({
  index: 4,
  task: 'a',
  numClasses: 5,
  locks: locksDuring(system, 'a'),
  seedPaths,
  generation,
});

const askFor = (system: System, seedPaths: readonly number[], choices: Partial<Method>, seed = 1) =>
  ask(system, iterationOf(system, seedPaths), methodOf(choices), streamsOf(seed));

interface Draws {
  readonly name: string;
  readonly ranked: readonly number[];
  readonly seedPaths: readonly number[];
  readonly offspring: ReadonlyMap<number, number>;
  readonly width: number;
}

/** Returns the probability of each sequence of parents in a generation (method §3). */
function parentSequences({
  name,
  ranked,
  seedPaths,
  offspring,
  width,
}: Draws): Map<string, number> {
  const sequences = new Map<string, number>();
  const extend = (
    drawn: readonly number[],
    seeds: readonly number[],
    probability: number,
  ): void => {
    if (probability === 0) return;
    if (drawn.length === width) {
      addProbability(sequences, `${drawn.join()} then ${seeds.join()}`, probability);
      return;
    }
    const accept = (path: number) =>
      0.5 ** ((offspring.get(path) ?? 0) + drawn.filter((each) => each === path).length);
    let left = probability;
    for (const path of ranked) {
      extend([...drawn, path], seeds, left * accept(path));
      left *= 1 - accept(path);
    }
    for (const [at, path] of name === 'mu2net' ? seeds.entries() : []) {
      const rotated = [...seeds.slice(at + 1), ...seeds.slice(0, at + 1)];
      extend([...drawn, path], rotated, left * accept(path));
      left *= 1 - accept(path);
    }
    const all = [...ranked, ...seeds];
    for (const path of all) extend([...drawn, path], seeds, left / all.length);
  };
  extend([], seedPaths, 1);
  return sequences;
}

describe('ask', () => {
  const paths: readonly PathSpec[] = [
    ROOT,
    { id: 1, task: 'b', parent: 0, newComponents: ['head'] },
    { id: 2, task: 'a', parent: 0, newComponents: ['head'], quality: 0.6 },
    { id: 3, task: 'a', parent: 2, newComponents: ['head'], quality: 0.7 },
  ];

  const FIRST = ['a first generation', paths.slice(0, 2), new Map(), [], [1, 0]] as const;
  const LATER = [
    'a population',
    paths,
    new Map([
      [3, 1],
      [1, 2],
    ]),
    [3, 2],
    [1, 0],
  ] as const;

  test.each([
    ['mu2net', ...FIRST],
    ['mu2net', ...LATER],
    ['mu2net+', ...FIRST],
    ['mu2net+', ...LATER],
  ])('with %s draws parents one by one and counts the children before each: %s', (...each) => {
    const [name, , specs, counts, ranked, seedPaths] = each;
    const offspring = new Map([...counts].map(([id, count]) => [id, new Map([['a', count]])]));
    const system = systemOf(specs, { offspring });
    const expected = parentSequences({ name, ranked, seedPaths, offspring: counts, width: 3 });
    const draw = (seed: number) => {
      const generation = askFor(system, seedPaths, { name, width: 3 }, seed);
      const parents = generation.children.map(({ parentId }) => parentId);
      return `${parents.join()} then ${generation.seedPaths.join()}`;
    };
    expectToFit(tally(6000, draw), expected);
  });

  test.each([
    ['a private path', 9, [0, 1], 'path 9 as a parent'],
    ['other seed paths', 0, [0, 9], 'other seed paths than it was given'],
    ['fewer seed paths', 0, [0], 'other seed paths than it was given'],
  ])('refuses a policy that returns %s', (_, parent, seedPaths, wrong) => {
    const { policies, ...method } = methodOf({ name: 'mu2net' });
    const odd = {
      ...method,
      policies: { ...policies, parent: () => ({ parentId: parent, seedPaths }) },
    };
    const system = systemOf([...paths, { id: 9, task: 'secret', parent: 0 }]);
    expect(() => ask(system, iterationOf(system, [0, 1]), odd, streamsOf(1))).toThrow(
      expect.objectContaining({
        code: 'METHOD_INVALID',
        message: expect.stringContaining(`method mu2net: its policy 'parent' returned ${wrong}`),
      }),
    );
  });

  test('offspring for other tasks does not count', () => {
    const offspring = new Map([[0, new Map([['b', 9]])]]);
    const system = systemOf([ROOT, { id: 1, task: 'b', parent: 0 }], { offspring });
    for (let seed = 0; seed < 50; seed++) {
      expect(askFor(system, [0, 1], { width: 1 }, seed).children[0]?.parentId).toBe(0);
    }
  });

  test(`children continue the count of ids, share data hyperparameters and have the task’s classes ${claim('shared-batches')}`, () => {
    const system = systemOf(paths);
    const ranges = { ds_image_size: [8, 16, 32], opt_lr: [0.001, 0.01, 0.1] };
    for (let seed = 0; seed < 20; seed++) {
      const { children, data } = askFor(system, [0, 1], { width: 4, ranges }, seed);
      expect(children.map(({ pathId }) => pathId)).toEqual([4, 5, 6, 7]);
      for (const { hyperparameters } of children) {
        expect(hyperparameters).toMatchObject({ ...data, num_classes: 5 });
      }
    }
  });

  test('data hyperparameters start from the best path', () => {
    const hyperparameters = { ds_hue_delta: 0.1 };
    const better: PathSpec = { id: 4, task: 'a', parent: 3, quality: 0.8, hyperparameters };
    expect(askFor(systemOf(paths), [0, 1], {}).data.ds_hue_delta).toBe(0);
    expect(askFor(systemOf([...paths, better]), [0, 1], {}).data.ds_hue_delta).toBe(0.1);
  });

  test('the bar is the quality that reaches the score of a same-task parent; others give no bar', () => {
    const system = systemOf(paths, {
      offspring: new Map([
        [2, new Map([['a', 1]])],
        [3, new Map([['a', 1]])],
      ]),
    });
    const score = { base: 0.7, parametersReference: 2000, flopsReference: null };
    const seen = new Set<number>();
    for (let seed = 0; seed < 40; seed++) {
      const method = methodOf({ score, width: 4 });
      const locks = locksDuring(system, 'a');
      const factorOf = (components: Iterable<{ id: string; parameterCount: number }>) =>
        exponentialDecay(
          { accountedParameters: accountedParameters(components, 'a', locks, method), flops: 0 },
          score,
        );
      for (const child of ask(system, iterationOf(system, [0, 1]), method, streamsOf(seed))
        .children) {
        seen.add(child.parentId);
        const parent = system.paths.get(child.parentId);
        if (parent?.task !== 'a') {
          expect(child.qualityBar).toBeNull();
          continue;
        }
        const components = parent.components.flatMap((id) => system.components.get(id) ?? []);
        const parentScore = (parent.quality ?? 0) * factorOf(components);
        expect(child.qualityBar).toBeCloseTo(parentScore / factorOf(child.components), 12);
      }
    }
    expect([...seen].sort()).toEqual([0, 1, 2, 3]);
  });

  test('without a penalty the bar is the parent’s quality, to the last bit', () => {
    const quality = 0.1 + 0.2;
    const system = systemOf([
      ROOT,
      { id: 1, task: 'a', parent: 0, newComponents: ['head'], quality },
    ]);
    expect(askFor(system, [0], { width: 1 }).children[0]?.qualityBar).toBe(quality);
  });

  test(`is a function of system, iteration and seed; each generation has its own draws ${claim('reproducible')}`, () => {
    const system = systemOf(paths);
    const method = methodOf({ ranges: { opt_lr: [0.001, 0.01, 0.1] } });
    const one = ask(system, iterationOf(system, [0, 1]), method, streamsOf(1));
    expect(ask(system, iterationOf(system, [0, 1]), method, streamsOf(1))).toEqual(one);
    const others = [
      ask(system, iterationOf(system, [0, 1]), method, streamsOf(2)),
      ask(system, iterationOf(system, [0, 1], 1), method, streamsOf(1)),
      ask(system, { ...iterationOf(system, [0, 1]), index: 5 }, method, streamsOf(1)),
    ];
    expect(new Set([one, ...others].map(({ dataSeed }) => dataSeed)).size).toBe(4);
    expect(new Set([one, ...others].map(({ children }) => JSON.stringify(children))).size).toBe(4);
  });
});

test.each([
  [8, 4, 2],
  [9, 4, 3],
  [1, 4, 1],
  [128, 32, 4],
])('%i samples of width %i make %i generations', (samplesPerTask, width, generations) => {
  expect(generationsOf(methodOf({ samplesPerTask, width }))).toBe(generations);
});
