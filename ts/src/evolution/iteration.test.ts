import { describe, expect, test } from 'vitest';
import { claim } from '../../../tests/paper/claims.js';
import { expectToFit, tally } from '../../../tests/support/statistics.js';
import { methodOf, type PathSpec, ROOT, systemOf } from '../../../tests/support/systems.js';
import type { System } from '../domain/system.js';
import { endIteration, startIteration } from './iteration.js';
import { locksDuring } from './locks.js';
import { bestOf, rankPopulation } from './population.js';
import { streamsOf } from './streams.js';

describe('startIteration', () => {
  const system = systemOf(
    [
      ROOT,
      { id: 1, task: 'a', parent: 0 },
      { id: 2, task: 'secret', parent: 1 },
      { id: 3, task: 'b', parent: 0 },
      { id: 4, task: null, parent: null },
    ],
    { privateTasks: new Set(['secret']) },
  );
  const seedPaths = (task: string, seed: number, index = 0) =>
    startIteration(system, { index, task, numClasses: 5 }, streamsOf(seed)).seedPaths;

  test(`the seed paths are the roots and the other tasks’ paths that are not private ${claim('private-tasks')}`, () => {
    const sorted = (task: string) => [...seedPaths(task, 1)].sort();
    expect(sorted('a')).toEqual([0, 3, 4]);
    expect(sorted('b')).toEqual([0, 1, 4]);
    expect(sorted('secret')).toEqual([0, 1, 3, 4]);
    expect(sorted('new')).toEqual([0, 1, 3, 4]);
  });

  test('each iteration shuffles the seed paths independently', () => {
    const orders = ['0,3,4', '0,4,3', '3,0,4', '3,4,0', '4,0,3', '4,3,0'];
    const uniform = new Map(orders.map((order) => [order, 1 / 6]));
    expectToFit(
      tally(3000, (seed) => seedPaths('a', seed).join()),
      uniform,
    );
    expectToFit(
      tally(3000, (index) => seedPaths('a', 1, index).join()),
      uniform,
    );
  });

  test('starts at generation 0', () => {
    expect(
      startIteration(system, { index: 7, task: 'a', numClasses: 5 }, streamsOf(1)),
    ).toMatchObject({
      index: 7,
      task: 'a',
      numClasses: 5,
      generation: 0,
    });
  });
});

/** The parts of a task iteration that its end needs. */
const during = (system: System, task: string) => ({ task, locks: locksDuring(system, task) });

describe('endIteration', () => {
  const specs: readonly PathSpec[] = [
    ROOT,
    { id: 1, task: 'b', parent: 0, newComponents: ['head'] },
    { id: 2, task: 'a', parent: 1, newComponents: ['head', 'cls'], quality: 0.5 },
    { id: 3, task: 'a', parent: 2, newComponents: ['head', 'encoderblock_0'], quality: 0.8 },
    { id: 4, task: 'a', parent: 3, newComponents: ['head'], quality: 0.8 },
    { id: 5, task: 'a', parent: 3, newComponents: ['head', 'embedding'], quality: 0.7 },
  ];
  const offspring = new Map([
    [1, new Map([['a', 1]])],
    [3, new Map([['a', 2]])],
    [4, new Map([['b', 2]])],
  ]);
  const system = systemOf(specs, { offspring });
  const ended = endIteration(system, during(system, 'a'), methodOf());

  test(`keeps the best path only, the most recent among equals ${claim('one-survivor')}`, () => {
    expect(ended.best).toEqual({ path: system.paths.get(4), score: 0.8 });
    expect([...ended.system.paths.keys()]).toEqual([0, 1, 4]);
  });

  test('the score decides, not the quality', () => {
    const score = { base: 0.5, parametersReference: 1000, flopsReference: null };
    const lean: PathSpec = { id: 6, task: 'a', parent: 1, newComponents: ['head'], quality: 0.79 };
    const larger = systemOf([...specs, lean]);
    const { best } = endIteration(larger, during(larger, 'a'), methodOf({ score }));
    expect(best.path.id).toBe(6);
  });

  test('its parent becomes the nearest living ancestor', () => {
    expect(ended.system.paths.get(4)).toEqual({ ...system.paths.get(4), parentId: 1 });
    const gone = systemOf([...specs, { id: 6, task: 'b', parent: 2, quality: 0.9 }]);
    const after = endIteration(gone, during(gone, 'b'), methodOf()).system;
    expect([after.paths.get(2)?.parentId, after.paths.get(6)?.parentId]).toEqual([0, 2]);
  });

  test('drops unused components and keeps used ones', () => {
    const ids = new Set(ended.system.components.keys());
    for (const id of ['4/head', '3/encoderblock_0', '2/cls', '1/head', '0/head']) {
      expect(ids).toContain(id);
    }
    for (const id of ['2/head', '3/head', '5/head', '5/embedding']) expect(ids).not.toContain(id);
    for (const [id, component] of ended.system.components) {
      expect(component).toBe(system.components.get(id));
    }
  });

  test('returns other paths as the same objects, and keeps the offspring of living paths', () => {
    for (const id of [0, 1]) expect(ended.system.paths.get(id)).toBe(system.paths.get(id));
    expect([...ended.system.offspring.keys()]).toEqual([1, 4]);
    expect(ended.system.nextPathId).toBe(system.nextPathId);
  });

  test('locks the best path’s components for the others', () => {
    const locks = locksDuring(ended.system, 'b');
    for (const id of ended.best.path.components) expect(locks.get(id)).toContain('a');
  });

  test('throws for a task without a path', () => {
    expect(() => endIteration(system, during(system, 'c'), methodOf())).toThrow(
      expect.objectContaining({
        code: 'NO_SURVIVOR',
        message: expect.stringMatching(/^c: [^\n]+$/),
      }),
    );
  });
});

describe('a population', () => {
  const of = (...qualities: readonly number[]): System =>
    systemOf([
      ROOT,
      ...qualities.map((quality, at): PathSpec => ({ id: at + 1, task: 'a', parent: 0, quality })),
    ]);

  const rank = (system: System) =>
    rankPopulation(system, 'a', locksDuring(system, 'a'), methodOf());

  test('is ranked by decreasing score, older first among equals', () => {
    const ranking = rank(of(0.5, 0.7, 0.5, 0.9, 0.7));
    expect(ranking.map(({ path }) => path.id)).toEqual([4, 2, 5, 1, 3]);
    expect(ranking.map(({ score }) => score)).toEqual([0.9, 0.7, 0.7, 0.5, 0.5]);
  });

  test('its best path is the most recent among equals', () => {
    expect(bestOf(rank(of(0.5, 0.7, 0.7, 0.1)))?.path.id).toBe(3);
    expect(bestOf(rank(of(0, 0)))?.path.id).toBe(2);
    expect(bestOf(rank(of()))).toBeNull();
  });
});
