import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { claim } from '../../../tests/paper/claims.js';
import { methodOf, type PathSpec, ROOT, systemOf } from '../../../tests/support/systems.js';
import type { System } from '../domain/system.js';
import type { Child } from './child.js';
import { ask, type Generation } from './generation.js';
import { startIteration } from './iteration.js';
import { locksDuring } from './locks.js';
import { type ChildOutcome, tell } from './outcome.js';
import type { ResolvedMethod } from './policies.js';
import { bestPath } from './population.js';
import { scoreOf } from './score.js';
import { streamsOf } from './streams.js';

/** What a sidecar answers: the trained components where the bar is reached. */
function outcomeOf({ path, components, qualityBar }: Child, qualities: readonly number[]): ChildOutcome {
  const reached = qualities.some((quality) => quality >= (qualityBar ?? 0));
  return {
    path,
    qualities,
    trained: reached
      ? components
          .filter(({ origin }) => origin.kind !== 'shared')
          .map(({ name }) => ({ name, params: `new ${path}/${name}`, trace: `trace of ${path}` }))
      : null,
  };
}

function asked(system: System, method: ResolvedMethod, seed = 1) {
  const streams = streamsOf(seed);
  const iteration = startIteration(system, 0, 'a', 5, streams);
  return { iteration, generation: ask(system, iteration, method, streams) };
}

const POPULATION: readonly PathSpec[] = [
  ROOT,
  { id: 1, task: 'b', parent: 0, newComponents: ['head', 'encoderblock_0'] },
  { id: 2, task: 'a', parent: 1, newComponents: ['head'], quality: 0.6 },
];

/** A generation of one child, of path 2 of the same task. */
function onlyChild(system: System, method: ResolvedMethod) {
  const { iteration, generation } = asked(system, { ...method, width: 1 });
  const [child] = generation.children;
  if (child?.parent !== 2) throw new Error('path 2 has no offspring, so it is the parent');
  const told = (quality: number) =>
    tell(system, iteration, generation, [outcomeOf(child, [0, quality])], method);
  return { child, told };
}

describe('retention', () => {
  test(`a child as good as its own-task parent is retained, a worse one is not ${claim('retention')}`, () => {
    const { child, told } = onlyChild(systemOf(POPULATION), methodOf());
    expect(child.qualityBar).toBe(0.6);
    expect(told(0.6).retained).toHaveLength(1);
    expect(told(0.6 - Number.EPSILON).retained).toHaveLength(0);
    expect(told(1).retained).toHaveLength(1);
  });

  test(`with a penalty it is retained iff its score reaches the parent’s ${claim('retention', 'size-and-compute')}`, () => {
    const property = fc.property(
      fc.double({ min: 0.3, max: 0.999, noNaN: true }),
      fc.double({ min: 0.1, max: 0.9, noNaN: true }),
      fc.double({ min: 0, max: 1, noNaN: true }),
      fc.constantFrom(0, 0.5, 1),
      (base, quality, reached, _mu_) => {
        const [root, other, parent] = POPULATION as [PathSpec, PathSpec, PathSpec];
        const system = systemOf([root, other, { ...parent, quality, hyperparameters: { _mu_ } }]);
        const method = methodOf({
          score: { base, parametersReference: 3000, flopsReference: null },
        });
        const { child, told } = onlyChild(system, method);
        const locks = locksDuring(system, 'a');
        const parent = system.paths.get(2);
        if (!parent || child.qualityBar === null) throw new Error('the parent is of the task');
        const parentScore = scoreOf(parent, system, locks, method);
        for (const tried of [reached, child.qualityBar, child.qualityBar * (1 - 1e-9)]) {
          const candidate = told(tried);
          const scored = tell(
            system,
            startIteration(system, 0, 'a', 5, streamsOf(1)),
            {
              data: child.hyperparameters,
              dataSeed: 0,
              seedPaths: [],
              children: [{ ...child, qualityBar: null }],
            },
            [outcomeOf({ ...child, qualityBar: null }, [tried])],
            method,
          ).retained[0]?.score;
          if (candidate.retained.length === 1)
            expect(scored).toBeGreaterThan(parentScore * (1 - 1e-12));
          else expect(scored).toBeLessThan(parentScore * (1 + 1e-12));
        }
        expect(told(child.qualityBar).retained[0]?.score).toBeCloseTo(parentScore, 12);
      },
    );
    fc.assert(property, { seed: 4, numRuns: 100 });
  });

  test(`a child of another task or of the root is retained whatever it reaches ${claim('retention')}`, () => {
    const system = systemOf(POPULATION.slice(0, 2));
    const { iteration, generation } = asked(system, methodOf());
    const outcomes = generation.children.map((child) => outcomeOf(child, [0]));
    const { retained } = tell(system, iteration, generation, outcomes, methodOf());
    expect(retained).toHaveLength(4);
  });

  test('a diverged child never is', () => {
    const system = systemOf(POPULATION.slice(0, 2));
    const { iteration, generation } = asked(system, methodOf());
    const outcomes = generation.children.map(
      ({ path }, nth): ChildOutcome => ({ path, qualities: nth % 2 ? [] : [0.9], trained: null }),
    );
    const told = tell(system, iteration, generation, outcomes, methodOf());
    expect(told.retained).toEqual([]);
    expect([...told.system.paths.keys()]).toEqual([0, 1]);
    expect(told.system.components).toEqual(system.components);
  });
});

describe('tell', () => {
  const method = methodOf({
    width: 6,
    score: { base: 0.9, parametersReference: 3000, flopsReference: null },
  });
  const system = systemOf(POPULATION, {
    offspring: new Map([
      [
        2,
        new Map([
          ['a', 1],
          ['b', 3],
        ]),
      ],
    ]),
  });
  const { iteration, generation } = asked(system, method, 3);
  const outcomes = generation.children.map((child, nth) => outcomeOf(child, [0.2, nth / 6, 0.1]));

  test('a retained child becomes a path of its best quality, with what it trained', () => {
    const told = tell(system, iteration, generation, outcomes, method);
    expect(told.retained.length).toBeGreaterThan(2);
    for (const { path, components, score } of told.retained) {
      const child = generation.children.find((each) => each.path === path.id);
      const outcome = outcomes.find((each) => each.path === path.id);
      expect(path).toEqual({
        id: child?.path,
        task: 'a',
        parent: child?.parent,
        hyperparameters: child?.hyperparameters,
        components: child?.components.map(({ id }) => id),
        quality: Math.max(...(outcome?.qualities ?? [])),
      });
      const trained = child?.components.filter(({ origin }) => origin.kind !== 'shared');
      expect(components).toEqual(
        trained?.map(({ name, parameters }) => ({
          id: `${path.id}/${name}`,
          name,
          parameters,
          params: `new ${path.id}/${name}`,
          trace: `trace of ${path.id}`,
        })),
      );
      expect(told.system.paths.get(path.id)).toBe(path);
      for (const id of path.components) expect(told.system.components.has(id)).toBe(true);
      const locks = locksDuring(told.system, 'a');
      expect(score).toBe(scoreOf(path, told.system, locks, method));
    }
  });

  test('the best is that of the population as it is then', () => {
    const told = tell(system, iteration, generation, outcomes, method);
    expect(told.best).toEqual(bestPath(told.system, 'a', method));
    expect(told.best).not.toBeNull();
  });

  test('every child counts as offspring of its parent, retained or not', () => {
    const told = tell(system, iteration, generation, outcomes, method);
    const parents = generation.children.map(({ parent }) => parent);
    for (const [id] of system.paths) {
      const before = system.offspring.get(id)?.get('a') ?? 0;
      const drawn = parents.filter((parent) => parent === id).length;
      expect(told.system.offspring.get(id)?.get('a') ?? 0).toBe(before + drawn);
    }
    expect(told.system.offspring.get(2)?.get('b')).toBe(3);
    expect(told.system.nextPath).toBe(system.nextPath + 6);
  });

  test('moves on to the next generation, with its seed paths', () => {
    const told = tell(system, iteration, generation, outcomes, method);
    expect(told.iteration).toEqual({
      ...iteration,
      generation: 1,
      seedPaths: generation.seedPaths,
    });
  });

  test('the order of the outcomes decides nothing; the system before is left as it was', () => {
    const before = structuredClone(system);
    const told = tell(system, iteration, generation, outcomes, method);
    const reversed = [...outcomes].reverse();
    expect(tell(system, iteration, generation, reversed, method)).toEqual(told);
    expect(told.retained.map(({ path }) => path.id)).toEqual(
      told.retained.map(({ path }) => path.id).toSorted((a, b) => a - b),
    );
    expect(system).toEqual(before);
  });

  test('an outcome that is missing, or lacks a component, is refused', () => {
    const tellWith =
      (given: readonly ChildOutcome[], of: Generation = generation) =>
      () =>
        tell(system, iteration, of, given, method);
    expect(tellWith(outcomes.slice(1))).toThrow('was asked for and not told');
    const hollow = outcomes.map((each) => ({ ...each, trained: each.trained && [] }));
    expect(tellWith(hollow)).toThrow('came back without its encoder_norm');
  });
});

describe('survival', () => {
  const crowd: readonly PathSpec[] = [
    ...POPULATION,
    { id: 3, task: 'a', parent: 2, newComponents: ['head'], quality: 0.7 },
    { id: 4, task: 'a', parent: 3, newComponents: ['head', 'cls'], quality: 0.65 },
  ];
  const told = (maxTaskPopulation: number | null, quality: number) => {
    const method = methodOf({ name: 'mu2net+', width: 2, maxTaskPopulation });
    const system = systemOf(crowd);
    const { iteration, generation } = asked(system, method, 5);
    const bars = generation.children.map((child) => ({ ...child, qualityBar: null }));
    const outcomes = bars.map((child) => outcomeOf(child, [quality]));
    return tell(system, iteration, { ...generation, children: bars }, outcomes, method);
  };
  const alive = ({ system }: ReturnType<typeof told>) =>
    [...system.paths.values()].filter(({ task }) => task === 'a').map(({ id }) => id);

  test(`the best stay, as many as the population may have; the rest are told ${claim('bounded-population')}`, () => {
    expect(alive(told(3, 0.68))).toEqual([3, 5, 6]);
    expect(told(3, 0.68).pruned).toEqual([2, 4]);
    expect(alive(told(3, 0.1))).toEqual([2, 3, 4]);
    expect(told(3, 0.1).pruned).toEqual([5, 6]);
    expect(told(5, 0.1).pruned).toEqual([]);
    expect(told(null, 0.1).pruned).toEqual([]);
  });

  test('of equals the older ones stay', () => {
    expect(alive(told(1, 0.7))).toEqual([3]);
    expect(alive(told(2, 0.65))).toEqual([3, 4]);
  });

  test('a retained path that does not survive is retained and pruned', () => {
    const { retained, pruned } = told(3, 0.1);
    expect(retained.map(({ path }) => path.id)).toEqual(pruned);
  });

  test('what is pruned leaves parents that live, and components that are reached', () => {
    const { system } = told(1, 0.9);
    for (const { parent } of system.paths.values()) {
      if (parent !== null) expect(system.paths.has(parent)).toBe(true);
    }
    const reached = new Set([...system.paths.values()].flatMap(({ components }) => components));
    expect(new Set(system.components.keys())).toEqual(reached);
  });
});
