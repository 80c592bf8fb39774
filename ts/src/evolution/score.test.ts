import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type PathSpec, ROOT, systemOf } from '../../../tests/support/systems.js';
import type { ComponentName } from '../domain/component.js';
import type { Path } from '../domain/path.js';
import { componentsOf, pathOf, type System } from '../domain/system.js';
import { isTrainable, locksDuring, NOT_TRAINABLE } from './locks.js';
import { accountedParameters, scoreFactor, scoreOf } from './score.js';

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

/** Systems of up to eight paths, of four tasks, that share components at random. */
const anySystem = fc
  .array(
    fc.record({
      parent: fc.nat(),
      task: fc.constantFrom('a', 'b', 'c', 'd'),
      own: fc.subarray([...NAMES]),
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

/** The definition, word for word: parameters ÷ tasks that use it, this task counted in. */
function accountedByDefinition(path: Path, task: string, system: System): number {
  let sum = 0;
  for (const { id, parameters } of componentsOf(path, system)) {
    const tasks = new Set([task]);
    for (const other of system.paths.values()) {
      if (other.task !== null && other.components.includes(id)) tasks.add(other.task);
    }
    sum += parameters / tasks.size;
  }
  return sum;
}

describe('locksDuring', () => {
  test('a component is locked by the tasks that use it and by the root, the active task apart', () => {
    const system = systemOf([
      ROOT,
      { id: 1, task: 'a', parent: 0, own: ['cls', 'head'] },
      { id: 2, task: 'b', parent: 1, own: ['head'] },
      { id: 3, task: 'a', parent: 1, own: ['head'] },
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

  test('trainable iff neither a root nor another task uses it', () => {
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

describe('accountedParameters', () => {
  test('equals the definition, whichever task is being learned', () => {
    fc.assert(
      fc.property(anySystem, (system) => {
        for (const path of system.paths.values()) {
          if (path.task === null) continue;
          const components = componentsOf(path, system);
          const expected = accountedByDefinition(path, path.task, system);
          for (const active of [path.task, null]) {
            const locks = locksDuring(system, active);
            expect(accountedParameters(components, path.task, locks)).toBeCloseTo(expected, 9);
          }
          const total = components.reduce((sum, { parameters }) => sum + parameters, 0);
          expect(expected).toBeLessThanOrEqual(total);
        }
      }),
      { seed: 2, numRuns: 200 },
    );
  });

  test('the root’s lock does not count', () => {
    const system = systemOf([ROOT, { id: 1, task: 'a', parent: 0 }]);
    const components = componentsOf(pathOf(system, 1), system);
    const total = components.reduce((sum, { parameters }) => sum + parameters, 0);
    expect(accountedParameters(components, 'a', locksDuring(system, 'a'))).toBe(total);
  });
});

describe('scoreOf', () => {
  test('is quality × base^(accounted ÷ reference)', () => {
    const anyBase = fc.double({ min: 0.02, max: 1, noNaN: true });
    fc.assert(
      fc.property(anySystem, anyBase, (system, base) => {
        const rule = { base, parametersReference: 3000 };
        for (const path of system.paths.values()) {
          if (path.task === null) continue;
          const exponent = accountedByDefinition(path, path.task, system) / 3000;
          const score = scoreOf(path, system, locksDuring(system, path.task), rule);
          expect(score).toBeCloseTo((path.quality ?? 0) * base ** exponent, 12);
        }
      }),
      { seed: 3, numRuns: 200 },
    );
  });

  test('base 1 is no penalty, exactly', () => {
    expect(scoreFactor(123_456_789, { base: 1, parametersReference: 7 })).toBe(1);
  });

  test('a root has none', () => {
    const system = systemOf([ROOT]);
    const rule = { base: 1, parametersReference: 1 };
    expect(() => scoreOf(pathOf(system, 0), system, new Map(), rule)).toThrow('has no score');
  });
});
