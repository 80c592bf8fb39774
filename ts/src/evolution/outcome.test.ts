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
import { bestOf, rankPopulation } from './population.js';
import { scoreOf } from './score.js';
import { streamsOf } from './streams.js';

/** The answer of a sidecar: it contains the trained components if the child reached its bar. */
function outcomeOf(
  { pathId, components, qualityBar }: Child,
  qualities: readonly number[],
): ChildOutcome {
  const reached = qualities.some((quality) => quality >= (qualityBar ?? 0));
  return {
    pathId,
    qualities,
    trained: reached
      ? components
          .filter(({ origin }) => origin.kind !== 'shared')
          .map(({ name }) => ({
            name,
            paramsDigest: `new ${pathId}/${name}`,
            traceDigest: `trace of ${pathId}`,
          }))
      : null,
  };
}

function asked(system: System, method: ResolvedMethod, seed = 1) {
  const streams = streamsOf(seed);
  const iteration = startIteration(system, { index: 0, task: 'a', numClasses: 5 }, streams);
  return { iteration, generation: ask(system, iteration, method, streams) };
}

const POPULATION: readonly PathSpec[] = [
  ROOT,
  { id: 1, task: 'b', parent: 0, newComponents: ['head', 'encoderblock_0'] },
  { id: 2, task: 'a', parent: 1, newComponents: ['head'], quality: 0.6 },
];

/** A generation of one child, whose parent is path 2 of the same task. */
function onlyChild(system: System, method: ResolvedMethod) {
  const { iteration, generation } = asked(system, { ...method, width: 1 });
  const [child] = generation.children;
  if (child?.parentId !== 2) throw new Error('path 2 has no offspring, so it is the parent');
  const tellQuality = (quality: number) =>
    tell(system, iteration, { generation, outcomes: [outcomeOf(child, [0, quality])] }, method);
  return { child, tellQuality };
}

describe('retention', () => {
  test(`a child is retained if it is as good as its parent of the same task ${claim('retention')}`, () => {
    const { child, tellQuality } = onlyChild(systemOf(POPULATION), methodOf());
    expect(child.qualityBar).toBe(0.6);
    expect(tellQuality(0.6).retained).toHaveLength(1);
    expect(tellQuality(0.6 - Number.EPSILON).retained).toHaveLength(0);
    expect(tellQuality(1).retained).toHaveLength(1);
  });

  test(`with a penalty a child is retained if and only if its score reaches the parent’s ${claim('retention', 'size-and-compute')}`, () => {
    const property = fc.property(
      fc.double({ min: 0.3, max: 0.999, noNaN: true }),
      fc.double({ min: 0.1, max: 0.9, noNaN: true }),
      fc.double({ min: 0, max: 1, noNaN: true }),
      fc.constantFrom(0, 0.5, 1),
      (base, quality, reached, _mu_) => {
        const [root, other, member] = POPULATION as [PathSpec, PathSpec, PathSpec];
        const system = systemOf([root, other, { ...member, quality, hyperparameters: { _mu_ } }]);
        const method = methodOf({
          score: { base, parametersReference: 3000, flopsReference: null },
        });
        const { child, tellQuality } = onlyChild(system, method);
        const locks = locksDuring(system, 'a');
        const parent = system.paths.get(2);
        if (!parent || child.qualityBar === null) throw new Error('the parent is of the task');
        const parentScore = scoreOf(parent, system, locks, method);
        for (const tried of [reached, child.qualityBar, child.qualityBar * (1 - 1e-9)]) {
          const candidate = tellQuality(tried);
          const scored = tell(
            system,
            startIteration(system, { index: 0, task: 'a', numClasses: 5 }, streamsOf(1)),
            {
              generation: {
                data: child.hyperparameters,
                dataSeed: 0,
                seedPaths: [],
                children: [{ ...child, qualityBar: null }],
              },
              outcomes: [outcomeOf({ ...child, qualityBar: null }, [tried])],
            },
            method,
          ).retained[0]?.score;
          if (candidate.retained.length === 1)
            expect(scored).toBeGreaterThan(parentScore * (1 - 1e-12));
          else expect(scored).toBeLessThan(parentScore * (1 + 1e-12));
        }
        expect(tellQuality(child.qualityBar).retained[0]?.score).toBeCloseTo(parentScore, 12);
      },
    );
    fc.assert(property, { seed: 4, numRuns: 100 });
  });

  test(`a child of another task’s path or of the root is always retained ${claim('retention')}`, () => {
    const system = systemOf(POPULATION.slice(0, 2));
    const { iteration, generation } = asked(system, methodOf());
    const outcomes = generation.children.map((child) => outcomeOf(child, [0]));
    const { retained } = tell(system, iteration, { generation, outcomes }, methodOf());
    expect(retained).toHaveLength(4);
  });

  test('a child without components is never retained', () => {
    const system = systemOf(POPULATION.slice(0, 2));
    const { iteration, generation } = asked(system, methodOf());
    const outcomes = generation.children.map(
      ({ pathId }, nth): ChildOutcome => ({
        pathId,
        qualities: nth % 2 ? [] : [0.9],
        trained: null,
      }),
    );
    const result = tell(system, iteration, { generation, outcomes }, methodOf());
    expect(result.retained).toEqual([]);
    expect([...result.system.paths.keys()]).toEqual([0, 1]);
    expect(result.system.components).toEqual(system.components);
  });

  test('a child that diverged keeps its best snapshot, and without a bar always has one', () => {
    const system = systemOf([ROOT]);
    const { iteration, generation } = asked(system, methodOf());
    const outcomes = generation.children.map(({ pathId, components }, nth): ChildOutcome => {
      const own = components.filter(({ origin }) => origin.kind !== 'shared');
      const trained = own.map(({ name }) => ({
        name,
        paramsDigest: `best ${name}`,
        traceDigest: null,
      }));
      return { pathId, qualities: nth === 0 ? [] : [0.5, 0.75], trained };
    });
    const { retained } = tell(system, iteration, { generation, outcomes }, methodOf());
    expect(retained.map(({ path }) => path.quality)).toEqual(
      generation.children.map((_, nth) => (nth === 0 ? 0 : 0.75)),
    );
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

  test('a retained child becomes a path with its best quality and its trained components', () => {
    const result = tell(system, iteration, { generation, outcomes }, method);
    expect(result.retained.length).toBeGreaterThan(2);
    for (const { path, components, score } of result.retained) {
      const child = generation.children.find((each) => each.pathId === path.id);
      const outcome = outcomes.find((each) => each.pathId === path.id);
      expect(path).toEqual({
        id: child?.pathId,
        task: 'a',
        parentId: child?.parentId,
        hyperparameters: child?.hyperparameters,
        components: child?.components.map(({ id }) => id),
        quality: Math.max(...(outcome?.qualities ?? [])),
      });
      const trained = child?.components.filter(({ origin }) => origin.kind !== 'shared');
      expect(components).toEqual(
        trained?.map(({ name, parameterCount }) => ({
          id: `${path.id}/${name}`,
          name,
          parameterCount: parameterCount,
          paramsDigest: `new ${path.id}/${name}`,
          traceDigest: `trace of ${path.id}`,
        })),
      );
      expect(result.system.paths.get(path.id)).toBe(path);
      for (const id of path.components) expect(result.system.components.has(id)).toBe(true);
      const locks = locksDuring(result.system, 'a');
      expect(score).toBe(scoreOf(path, result.system, locks, method));
    }
  });

  test('returns the best path of the new population', () => {
    const result = tell(system, iteration, { generation, outcomes }, method);
    const locks = locksDuring(result.system, 'a');
    expect(result.best).toEqual(bestOf(rankPopulation(result.system, 'a', locks, method)));
    expect(result.best).not.toBeNull();
  });

  test('every child counts as offspring of its parent, retained or not', () => {
    const result = tell(system, iteration, { generation, outcomes }, method);
    const parents = generation.children.map(({ parentId }) => parentId);
    for (const [id] of system.paths) {
      const before = system.offspring.get(id)?.get('a') ?? 0;
      const drawn = parents.filter((parent) => parent === id).length;
      expect(result.system.offspring.get(id)?.get('a') ?? 0).toBe(before + drawn);
    }
    expect(result.system.offspring.get(2)?.get('b')).toBe(3);
    expect(result.system.nextPathId).toBe(system.nextPathId + 6);
  });

  test('returns the next generation’s iteration, with the new seed paths', () => {
    const result = tell(system, iteration, { generation, outcomes }, method);
    expect(result.iteration).toEqual({
      ...iteration,
      generation: 1,
      seedPaths: generation.seedPaths,
    });
  });

  test('the order of the outcomes does not matter; the given system does not change', () => {
    const before = structuredClone(system);
    const result = tell(system, iteration, { generation, outcomes }, method);
    const reversed = [...outcomes].reverse();
    expect(tell(system, iteration, { generation, outcomes: reversed }, method)).toEqual(result);
    expect(result.retained.map(({ path }) => path.id)).toEqual(
      result.retained.map(({ path }) => path.id).toSorted((a, b) => a - b),
    );
    expect(system).toEqual(before);
  });

  test('throws when an outcome or one of its components is missing', () => {
    const tellWith =
      (given: readonly ChildOutcome[], of: Generation = generation) =>
      () =>
        tell(system, iteration, { generation: of, outcomes: given }, method);
    expect(tellWith(outcomes.slice(1))).toThrow('was sampled but has no outcome');
    const hollow = outcomes.map((each) => ({ ...each, trained: each.trained && [] }));
    expect(tellWith(hollow)).toThrow('lacks its encoder_norm');
  });
});

describe('survival', () => {
  const crowd: readonly PathSpec[] = [
    ...POPULATION,
    { id: 3, task: 'a', parent: 2, newComponents: ['head'], quality: 0.7 },
    { id: 4, task: 'a', parent: 3, newComponents: ['head', 'cls'], quality: 0.65 },
  ];
  const tellLimited = (maxTaskPopulation: number | null, quality: number) => {
    const method = methodOf({ name: 'mu2net+', width: 2, maxTaskPopulation });
    const system = systemOf(crowd);
    const { iteration, generation } = asked(system, method, 5);
    const bars = generation.children.map((child) => ({ ...child, qualityBar: null }));
    const outcomes = bars.map((child) => outcomeOf(child, [quality]));
    return tell(
      system,
      iteration,
      { generation: { ...generation, children: bars }, outcomes },
      method,
    );
  };
  const livingIds = ({ system }: ReturnType<typeof tellLimited>) =>
    [...system.paths.values()].filter(({ task }) => task === 'a').map(({ id }) => id);

  test(`keeps the best up to the largest population, and returns the others ${claim('bounded-population')}`, () => {
    expect(livingIds(tellLimited(3, 0.68))).toEqual([3, 5, 6]);
    expect(tellLimited(3, 0.68).pruned).toEqual([2, 4]);
    expect(livingIds(tellLimited(3, 0.1))).toEqual([2, 3, 4]);
    expect(tellLimited(3, 0.1).pruned).toEqual([5, 6]);
    expect(tellLimited(5, 0.1).pruned).toEqual([]);
    expect(tellLimited(null, 0.1).pruned).toEqual([]);
  });

  test('keeps the older path among equals', () => {
    expect(livingIds(tellLimited(1, 0.7))).toEqual([3]);
    expect(livingIds(tellLimited(2, 0.65))).toEqual([3, 4]);
  });

  test('a retained path that does not survive is retained and pruned', () => {
    const { retained, pruned } = tellLimited(3, 0.1);
    expect(retained.map(({ path }) => path.id)).toEqual(pruned);
  });

  test('after pruning all parents are living and all components are used', () => {
    const { system } = tellLimited(1, 0.9);
    for (const { parentId } of system.paths.values()) {
      if (parentId !== null) expect(system.paths.has(parentId)).toBe(true);
    }
    const reached = new Set([...system.paths.values()].flatMap(({ components }) => components));
    expect(new Set(system.components.keys())).toEqual(reached);
  });
});
