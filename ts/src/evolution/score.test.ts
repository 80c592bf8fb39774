import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { claim } from '../../../tests/paper/claims.js';
import { methodOf, type PathSpec, ROOT, systemOf } from '../../../tests/support/systems.js';
import type { ComponentName } from '../domain/component.js';
import { pathFlops, structureOf } from '../domain/flops.js';
import type { Path } from '../domain/path.js';
import { componentsOf, pathOf, type System } from '../domain/system.js';
import { isTrainable, locksDuring, NOT_TRAINABLE } from './locks.js';
import { accountedParameters, exponentialDecay, qualityBar, scoreOf } from './score.js';

const NAMES: readonly ComponentName[] = [
  'embedding',
  'cls',
  'posembed_input',
  'encoderblock_0',
  'encoderblock_1',
  'encoderblock_2',
  'encoder_norm',
  'head',
];

/** Systems with up to eight paths of four tasks, which share components at random. */
const anySystem = fc
  .array(
    fc.record({
      parent: fc.nat(),
      task: fc.constantFrom('a', 'b', 'c', 'd'),
      newComponents: fc.subarray([...NAMES]),
      quality: fc.double({ min: 0, max: 1, noNaN: true }),
    }),
    { minLength: 1, maxLength: 8 },
  )
  .map((paths) => {
    const specs: PathSpec[] = [ROOT];
    for (const path of paths) {
      const id = specs.length;
      specs.push({ ...path, id, parent: path.parent % id });
    }
    return systemOf(specs);
  });

/**
 * The definition, calculated directly: parameters ÷ number of tasks that use the component,
 * including this task; in µ2Net+ the root model counts as a task.
 */
function accountedByDefinition(path: Path, task: string, system: System, name: string): number {
  let sum = 0;
  for (const { id, parameterCount } of componentsOf(path, system)) {
    const tasks = new Set([task]);
    for (const other of system.paths.values()) {
      if (other.task === null && name === 'mu2net') continue;
      if (other.components.includes(id)) tasks.add(other.task ?? 'the root');
    }
    sum += parameterCount / tasks.size;
  }
  return sum;
}

describe('locksDuring', () => {
  test('the root and all tasks except the active one lock the components that they use', () => {
    const system = systemOf([
      ROOT,
      { id: 1, task: 'a', parent: 0, newComponents: ['cls', 'head'] },
      { id: 2, task: 'b', parent: 1, newComponents: ['head'] },
      { id: 3, task: 'a', parent: 1, newComponents: ['head'] },
    ]);
    const locksOf = (active: string | null) => {
      const locks = locksDuring(system, active);
      return ['0/embedding', '0/head', '1/cls', '1/head', '2/head', '3/head'].map((id) => [
        ...(locks.get(id) ?? []),
      ]);
    };
    const root = NOT_TRAINABLE;
    expect(locksOf(null)).toEqual([[root, 'a', 'b'], [root], ['a', 'b'], ['a'], ['b'], ['a']]);
    expect(locksOf('a')).toEqual([[root, 'b'], [root], ['b'], [], ['b'], []]);
    expect(locksOf('b')).toEqual([[root, 'a'], [root], ['a'], ['a'], [], ['a']]);
    expect(locksOf('c')).toEqual(locksOf(null));
  });

  test(`a component is trainable if neither a root nor another task uses it ${claim('train-locks')}`, () => {
    fc.assert(
      fc.property(anySystem, fc.constantFrom('a', 'b', 'e'), (system, active) => {
        const locks = locksDuring(system, active);
        for (const component of system.components.values()) {
          const users = [...system.paths.values()].filter(({ components }) =>
            components.includes(component.id),
          );
          expect(isTrainable(component, locks)).toBe(users.every(({ task }) => task === active));
        }
      }),
      { seed: 1, numRuns: 100 },
    );
  });
});

describe.each(['mu2net', 'mu2net+'])('accountedParameters of %s', (name) => {
  const method = methodOf({ name });

  test(`equals the definition for any active task ${claim('accounted-parameters')}`, () => {
    fc.assert(
      fc.property(anySystem, (system) => {
        for (const path of system.paths.values()) {
          if (path.task === null) continue;
          const components = componentsOf(path, system);
          const expected = accountedByDefinition(path, path.task, system, name);
          for (const active of [path.task, null]) {
            const locks = locksDuring(system, active);
            const accounted = accountedParameters(components, path.task, locks, method);
            expect(accounted).toBeCloseTo(expected, 9);
          }
          const total = components.reduce((sum, { parameterCount }) => sum + parameterCount, 0);
          expect(expected).toBeLessThanOrEqual(total);
        }
      }),
      { seed: 2, numRuns: 200 },
    );
  });

  test('the root’s lock counts only in µ2Net+', () => {
    const system = systemOf([ROOT, { id: 1, task: 'a', parent: 0 }]);
    const components = componentsOf(pathOf(system, 1), system);
    const total = components.reduce((sum, { parameterCount }) => sum + parameterCount, 0);
    const accounted = accountedParameters(components, 'a', locksDuring(system, 'a'), method);
    expect(accounted).toBe(name === 'mu2net' ? total : total / 2);
  });
});

describe.each(['mu2net', 'mu2net+'])('scoreOf %s', (name) => {
  test(`is quality × base^(accounted ÷ reference), and × base^(operations ÷ theirs) ${claim('size-and-compute')}`, () => {
    const anyBase = fc.double({ min: 0.02, max: 1, noNaN: true });
    const anyReference = fc.constantFrom(null, 20_000, 1e6);
    fc.assert(
      fc.property(anySystem, anyBase, anyReference, (system, base, flopsReference) => {
        const method = methodOf({
          name,
          score: { base, parametersReference: 3000, flopsReference },
        });
        for (const path of system.paths.values()) {
          if (path.task === null) continue;
          const size = accountedByDefinition(path, path.task, system, name) / 3000;
          const flops = pathFlops(path.hyperparameters, system.architecture);
          const exponent = size + (flopsReference === null ? 0 : flops / flopsReference);
          const score = scoreOf(path, system, locksDuring(system, path.task), method);
          expect(score).toBeCloseTo((path.quality ?? 0) * base ** exponent, 12);
        }
      }),
      { seed: 3, numRuns: 200 },
    );
  });

  test('a recorded count of operations replaces the calculated one', () => {
    const system = systemOf([ROOT, { id: 1, task: 'a', parent: 0 }]);
    const path = pathOf(system, 1);
    const score = { base: 0.5, parametersReference: 1e300, flopsReference: 1000 };
    const flops = new Map([[structureOf(path.hyperparameters), 3000]]);
    const locks = locksDuring(system, 'a');
    expect(scoreOf(path, { ...system, flops }, locks, methodOf({ name, score }))).toBeCloseTo(
      0.5 * 0.5 ** 3,
      12,
    );
  });

  test('base 1 gives exactly no penalty', () => {
    const cost = { accountedParameters: 123_456_789, flops: 1e12 };
    expect(exponentialDecay(cost, { base: 1, parametersReference: 7, flopsReference: 3 })).toBe(1);
  });

  test('throws for a root', () => {
    const system = systemOf([ROOT]);
    const root = pathOf(system, 0);
    expect(() => scoreOf(root, system, new Map(), methodOf({ name }))).toThrow('has no score');
  });
});

describe('qualityBar', () => {
  /** Accuracies are ratios of counts; a factor below 1 penalises size. */
  const accuracy = fc
    .tuple(fc.integer({ min: 1, max: 10_000 }), fc.integer({ min: 1, max: 10_000 }))
    .map(([a, b]) => Math.min(a, b) / Math.max(a, b));
  const factor = fc.integer({ min: 1, max: 999_999 }).map((n) => n / 1_000_000);

  test('a child of its parent’s quality and cost is retained', () => {
    fc.assert(
      fc.property(accuracy, factor, (quality, f) => qualityBar(quality * f, f) <= quality),
      { seed: 1, numRuns: 2000 },
    );
  });

  test('is the smallest quality that reaches the score', () => {
    fc.assert(
      fc.property(accuracy, factor, factor, (quality, parents, factorOfChild) => {
        const score = quality * parents;
        const bar = qualityBar(score, factorOfChild);
        fc.pre(bar < 2);
        const below = bar * (1 - Number.EPSILON / 2);
        return bar * factorOfChild >= score && below * factorOfChild < score;
      }),
      { seed: 2, numRuns: 2000 },
    );
  });

  test('is finite and out of reach when the factor is too small', () => {
    expect(qualityBar(0.5, Number.MIN_VALUE)).toBe(2);
    expect(qualityBar(0.5, 0)).toBe(2);
    expect(qualityBar(0, 0)).toBe(0);
  });
});
