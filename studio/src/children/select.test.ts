import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { ChildColumns } from '../../../ts/src/studio/documents/children.js';
import {
  bestQualities,
  type ChildFilter,
  filterChildren,
  outcomeOf,
  SORT_KEYS,
  sortChildren,
} from './select.js';

const ALL: ChildFilter = { task: null, worker: null, outcome: null, minQuality: 0, path: null };

const child = fc.record({
  task: fc.nat(2),
  worker: fc.integer({ min: -1, max: 1 }),
  qualities: fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 3 }),
  retained: fc.boolean(),
  failed: fc.boolean(),
  score: fc.option(fc.double({ min: 0, max: 1, noNaN: true })),
  trainSeconds: fc.nat(99),
});

const tables = fc.array(child, { maxLength: 40 }).map(
  (rows): ChildColumns => ({
    ...{ run: 'a-run', history: 'h', tasks: ['a', 'b', 'c'], workers: ['w', 'x'] },
    pathId: rows.map((_, n) => n + 1),
    parentId: rows.map((_, n) => Math.floor(n / 2)),
    task: rows.map(({ task }) => task),
    iteration: rows.map(({ task }) => task),
    generation: rows.map((_, n) => n % 4),
    qualities: rows.map(({ qualities }) => qualities),
    score: rows.map(({ score }) => score),
    qualityBar: rows.map(() => null),
    retained: rows.map(({ retained }) => retained),
    failed: rows.map(({ failed }) => failed),
    trainSeconds: rows.map(({ trainSeconds }) => trainSeconds),
    worker: rows.map(({ worker }) => worker),
    parameterCount: rows.map(() => 100),
    trainedParameterCount: rows.map(({ trainSeconds }) => trainSeconds % 7),
    hyperparameters: {},
  }),
);

it('a filter shows the children that it names, and no others', () => {
  fc.assert(
    fc.property(tables, (table) => {
      const best = bestQualities(table);
      const shown = (filter: Partial<ChildFilter>) =>
        filterChildren(table, best, { ...ALL, ...filter });
      const every = [...table.pathId.keys()];
      expect(shown({})).toEqual(every);
      expect(shown({ task: 'b', outcome: 'failed' })).toEqual(
        every.filter((n) => table.task[n] === 1 && outcomeOf(table, n) === 'failed'),
      );
      expect(shown({ worker: 'w', minQuality: 0.5 })).toEqual(
        every.filter((n) => table.worker[n] === 0 && (best[n] ?? 0) >= 0.5),
      );
      for (const n of shown({ path: 2 })) expect([table.pathId[n], table.parentId[n]]).toContain(2);
    }),
  );
});

it('sorting keeps every child, orders neighbours, and puts those without a value last', () => {
  fc.assert(
    fc.property(tables, fc.constantFrom(...SORT_KEYS), fc.boolean(), (table, key, descending) => {
      const every = [...table.pathId.keys()];
      const sorted = sortChildren(table, every, key, descending);
      expect([...sorted].sort((a, b) => a - b)).toEqual(every);
      const values = sorted.map((n) =>
        key === 'score' ? table.score[n] : bestQualities(table)[n],
      );
      if (key !== 'score' && key !== 'quality') return;
      const known = values.filter((value) => value != null);
      expect(values.slice(0, known.length)).toEqual(known);
      expect(known).toEqual([...known].sort((a, b) => (descending ? b - a : a - b)));
    }),
  );
});
