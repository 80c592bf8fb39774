import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { ChildRow } from './children.js';
import { CHILD_ORDERS, selectChildren } from './select-children.js';

/** The fields of children that a selection looks at. */
const rows = fc
  .array(
    fc.record({
      task: fc.constantFrom('a', 'b'),
      retained: fc.boolean(),
      worker: fc.constantFrom('w0', 'w1', null),
      quality: fc.option(fc.integer({ min: 0, max: 4 })),
      score: fc.option(fc.integer({ min: 0, max: 4 })),
      trainSeconds: fc.integer({ min: 0, max: 4 }),
    }),
  )
  .map((children) =>
    children.map((child, pathId) => ({ ...child, pathId }) as unknown as ChildRow),
  );

const selections = fc.record(
  {
    task: fc.constantFrom('a', 'b'),
    retained: fc.boolean(),
    worker: fc.constantFrom('w0', 'w1'),
    sort: fc.constantFrom(...CHILD_ORDERS),
    reverse: fc.boolean(),
    limit: fc.integer({ min: 1, max: 5 }),
  },
  { requiredKeys: [] },
);

const FIELDS = {
  quality: 'quality',
  score: 'score',
  time: 'trainSeconds',
  path: 'pathId',
} as const;

it('a selection has exactly the children that it asks for, best first', () => {
  fc.assert(
    fc.property(rows, selections, (all, { limit, ...selection }) => {
      const selected = selectChildren(all, selection);
      const { task, retained, worker, sort = 'path', reverse = false } = selection;
      const wanted = all.filter(
        (row) =>
          row.task === (task ?? row.task) &&
          row.retained === (retained ?? row.retained) &&
          row.worker === (worker ?? row.worker),
      );
      expect(new Set(selected)).toEqual(new Set(wanted));
      expect(selectChildren(all, { ...selection, limit })).toEqual(selected.slice(0, limit));
      const values = selected.map((row) => row[FIELDS[sort]]);
      const known = values.filter((value) => value !== null);
      expect(values.slice(0, known.length)).toEqual(known);
      const isRising = (sort === 'path') !== reverse;
      expect(known).toEqual([...known].sort((a, b) => (isRising ? a - b : b - a)));
    }),
  );
});
