import { describe, expect, test } from 'vitest';
import { ROOT, systemOf } from '../../../tests/support/systems.js';
import { componentsOf, lineage, pathOf, restrictToPaths, type System } from './system.js';

const system = systemOf([
  ROOT,
  { id: 1, task: 'a', parent: 0, newComponents: ['cls'] },
  { id: 2, task: 'b', parent: 1, newComponents: ['head'] },
  { id: 3, task: 'c', parent: 2, newComponents: ['embedding'] },
]);
const keep = (of: System, ...ids: readonly number[]) =>
  restrictToPaths(
    of,
    ids.map((id) => pathOf(of, id)),
  );

describe('restrictToPaths', () => {
  test('re-links parents over any number of dropped ancestors', () => {
    expect(keep(system, 0, 3).paths.get(3)?.parentId).toBe(0);
    expect(keep(system, 3).paths.get(3)?.parentId).toBeNull();
    expect(keep(system, 1, 3).paths.get(3)?.parentId).toBe(1);
  });

  test('removing paths in steps gives the same result as at once', () => {
    expect(keep(keep(system, 0, 1, 3), 0, 3)).toEqual(keep(system, 0, 3));
  });

  test('keeps only the given paths and their components', () => {
    const { components } = keep(system, 3);
    expect([...components.keys()].sort()).toEqual([...pathOf(system, 3).components].sort());
    expect(keep(system, 0, 1, 2, 3)).toEqual(system);
  });

  test('returns unchanged paths as the same objects', () => {
    const reduced = keep(system, 0, 1, 3);
    expect(reduced.paths.get(1)).toBe(system.paths.get(1));
    expect(reduced.paths.get(3)).not.toBe(system.paths.get(3));
  });
});

test('lineage goes from the path to its root', () => {
  const ids = [...lineage(pathOf(system, 3), system)].map(({ id }) => id);
  expect(ids).toEqual([3, 2, 1, 0]);
});

test('throws for a missing path or component', () => {
  expect(() => pathOf(system, 4)).toThrow('path 4 is not in the system');
  const hollow = { ...system, components: new Map() };
  expect(() => componentsOf(pathOf(system, 3), hollow)).toThrow(
    'path 3 lists component 3/embedding',
  );
});
