import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Measurement } from '../../../../protocol/index.js';
import { trainRequest } from '../../../../tests/support/requests.js';
import { LeaseTable } from '../../pool/leases/leases.js';
import { Speeds } from '../../pool/leases/speeds.js';
import { dealCohorts } from './deal-cohorts.js';

const sizes = (count: number, speeds: readonly number[]) =>
  dealCohorts(Array.from({ length: count }), speeds).map((cohort) => cohort.length);

test('equal workers get children in turn, and a fast one gets more', () => {
  expect(dealCohorts(['a', 'b', 'c', 'd', 'e'], [1, 1])).toEqual([
    ['a', 'c', 'e'],
    ['b', 'd'],
  ]);
  expect(sizes(8, [1, 3])).toEqual([6, 2]);
  expect(sizes(2, [1, 9])).toEqual([2]);
  expect(sizes(2, [1, 1, 1])).toEqual([1, 1]);
  expect(sizes(0, [1])).toEqual([]);
});

test('every child is dealt once, and no deal of whole children would end earlier', () => {
  const speed = fc.double({ min: 0.1, max: 10, noNaN: true });
  fc.assert(
    fc.property(fc.nat(12), fc.array(speed, { minLength: 1, maxLength: 3 }), (count, speeds) => {
      const children = Array.from({ length: count }, (_, child) => child);
      const cohorts = dealCohorts(children, speeds);
      expect(cohorts.flat().toSorted((a, b) => a - b)).toEqual(children);
      const sorted = speeds.toSorted((a, b) => b - a);
      const end = (counts: readonly number[]) =>
        Math.max(0, ...counts.map((each, worker) => each / (sorted[worker] ?? 0)));
      const fastest = Math.min(...dealsOf(count, speeds.length).map(end));
      expect(end(cohorts.map((cohort) => cohort.length))).toBeCloseTo(fastest, 9);
    }),
  );
});

/** Returns every way to deal so many children to so many workers. */
function dealsOf(children: number, workers: number): readonly (readonly number[])[] {
  if (workers === 1) return [[children]];
  return Array.from({ length: children + 1 }, (_, own) =>
    dealsOf(children - own, workers - 1).map((rest) => [own, ...rest]),
  ).flat();
}

describe('generations on workers whose speeds are measured', () => {
  /** Returns the times of generations of `width` children, in the time of a child at speed 1. */
  function simulate(rates: ReadonlyMap<string, number>, width: number): readonly number[] {
    let now = 0;
    const table = new LeaseTable(3, { now: () => now });
    const speeds = new Speeds();
    for (const worker of rates.keys()) table.join(worker);
    return Array.from({ length: 3 }, (_, generation) => {
      const began = now;
      const paths = Array.from({ length: width }, (_, child) => generation * width + child);
      const cohorts = dealCohorts(
        paths,
        [...rates.keys()].map((worker) => speeds.of(worker)),
      );
      const grants = cohorts.flatMap((cohort, nth) =>
        table.submit(`${generation}-${nth}`, trainRequest('/store', cohort)),
      );
      const ends = grants.flatMap((grant) => {
        if (grant.kind !== 'grant' || grant.request.kind !== 'train') return [];
        const seconds = 1 / (rates.get(grant.worker) ?? 0);
        const end = began + seconds * grant.request.children.length;
        return [{ ...grant, request: grant.request, seconds, end }];
      });
      for (const { worker, lease, attempt, request, seconds, end } of ends.toSorted(
        (a, b) => a.end - b.end,
      )) {
        now = end;
        const measurements = request.children.map(({ pathId }): Measurement => {
          const took = { trainSeconds: seconds, compilations: 0 };
          return { kind: 'trained', pathId, qualities: [], components: null, ...took };
        });
        for (const each of measurements) {
          speeds.learn(worker, request, each);
          table.measured(worker, { lease, attempt }, each);
        }
        table.done(worker, { lease, attempt }, { kind: 'train', measurements });
      }
      return now - began;
    });
  }

  test('end within a tenth of the ideal with speeds of 1 to 3, after the first one', () => {
    const rates = new Map([
      ['slow', 1],
      ['fast', 3],
    ]);
    const [first, ...rest] = simulate(rates, 8);
    const ideal = 8 / (1 + 3);
    expect(first).toBe(4);
    for (const time of rest) expect(time).toBeLessThanOrEqual(1.1 * ideal);
  });
});
