import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Priority } from '../../../../protocol/index.js';
import { FairQueue, type Owner } from './fair-queue.js';

/** Owners that always have requests, and how long each request takes. */
interface Load {
  readonly owners: readonly (Owner & { readonly longest: number })[];
  readonly workers: number;
  readonly seed: number;
}

const GRANTS = 3000;
const WEIGHTS = { low: 1, normal: 16, high: 256 };

/** Serves a load on workers that are never idle; returns the seconds of each owner, and the span. */
function serve({ owners, workers, seed }: Load) {
  const queue = new FairQueue();
  const seconds = new Map(owners.map(({ id }) => [id, 0]));
  const free = Array.from({ length: workers }, () => 0);
  const busy: { until: number; grant: string; took: number }[] = [];
  let state = seed;
  const random = () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
  for (const owner of owners)
    for (let at = 0; at < workers + 1; at++) queue.add(`${owner.id}/${at}`, owner);
  let now = 0;
  for (let grant = 0; grant < GRANTS; grant++) {
    if (busy.length === free.length) {
      busy.sort((a, b) => a.until - b.until);
      const ended = busy.shift();
      if (!ended) break;
      now = ended.until;
      queue.charge(ended.grant, ended.took);
    }
    const lease = queue.next() ?? '';
    const owner = owners.find(({ id }) => lease.startsWith(`${id}/`));
    if (!owner) throw new Error('an owner that waits is not served');
    queue.grant(lease, `${grant}`);
    queue.remove(lease);
    queue.add(`${owner.id}/${workers + 1 + grant}`, owner);
    const took = owner.longest * (0.1 + 0.9 * random());
    busy.push({ until: now + took, grant: `${grant}`, took });
    seconds.set(owner.id, (seconds.get(owner.id) ?? 0) + took);
  }
  return { seconds, span: now };
}

const loads = (priorities: readonly Priority[]) =>
  fc.record({
    workers: fc.integer({ min: 1, max: 6 }),
    seed: fc.nat(),
    owners: fc
      .array(
        fc.record({
          share: fc.constantFrom(0.5, 1, 2, 3),
          longest: fc.constantFrom(0.1, 1, 5),
          priority: fc.constantFrom(...priorities),
        }),
        { minLength: 2, maxLength: 5 },
      )
      .map((owners) => owners.map((owner, at) => ({ ...owner, id: `o${at}` }))),
  });

describe('a fair queue', () => {
  test('gives owners of one priority seconds in proportion to their shares', () => {
    fc.assert(
      fc.property(loads(['normal']), (load) => {
        const { seconds } = serve(load);
        const normalised = load.owners.map(({ id, share }) => (seconds.get(id) ?? 0) / share);
        // Time that may be in flight, or expected wrongly, for each owner.
        const slack = load.owners.map(
          ({ longest, share }) => (load.workers + 3) * (longest / share),
        );
        const [first = 0, second = 0] = slack.toSorted((a, b) => b - a);
        expect(Math.max(...normalised) - Math.min(...normalised)).toBeLessThan(first + second);
      }),
      { numRuns: 60 },
    );
  });

  test('prefers a higher priority, and starves nobody', () => {
    fc.assert(
      fc.property(loads(['low', 'normal', 'high']), (load) => {
        const { seconds } = serve(load);
        const of = (priority: Priority) =>
          load.owners
            .filter((owner) => owner.priority === priority)
            .reduce((sum, { id }) => sum + (seconds.get(id) ?? 0), 0);
        const slack =
          16 * (load.workers + 3) * Math.max(...load.owners.map((each) => each.longest));
        for (const [lower, higher] of [
          ['low', 'normal'],
          ['normal', 'high'],
          ['low', 'high'],
        ] as const) {
          const isContested = [lower, higher].every((each) =>
            load.owners.some(({ priority }) => priority === each),
          );
          if (isContested) expect(16 * of(lower)).toBeLessThan(of(higher) + slack);
        }
        // Whoever is entitled to more than what may be in flight was served.
        const total = [...seconds.values()].reduce((a, b) => a + b, 0);
        for (const { id, share, priority } of load.owners) {
          const peers = load.owners.filter((each) => each.priority === priority);
          const part = share / peers.reduce((sum, each) => sum + each.share, 0);
          const entitled = (total * part * WEIGHTS[priority]) / (1 + 16 + 256);
          if (16 * entitled > slack) expect(seconds.get(id)).toBeGreaterThan(0);
        }
      }),
      { numRuns: 60 },
    );
  });

  test('serves a low priority beside a high one, if seldom', () => {
    const owner = (id: string, priority: Priority) => ({ id, share: 1, priority, longest: 1 });
    const owners = [owner('low', 'low'), owner('high', 'normal')];
    const { seconds, span } = serve({ owners, workers: 1, seed: 1 });
    const [low = 0, high = 0] = [seconds.get('low'), seconds.get('high')];
    expect(high / low).toBeGreaterThan(14);
    expect(high / low).toBeLessThan(18);
    expect(low + high).toBeGreaterThanOrEqual(span);
  });

  test('grants each lease that waits once, in the order of its owner', () => {
    const steps = fc.array(
      fc.oneof(
        fc.record({ add: fc.nat({ max: 2 }) }),
        fc.record({ remove: fc.nat({ max: 40 }) }),
        fc.record({ take: fc.constant(true) }),
      ),
      { maxLength: 80 },
    );
    fc.assert(
      fc.property(steps, (all) => {
        const queue = new FairQueue();
        const waiting: string[] = [];
        let added = 0;
        for (const step of all) {
          if ('add' in step) {
            const lease = `${step.add}/${added++}`;
            queue.add(lease, { id: `${step.add}`, share: 1, priority: 'normal' });
            waiting.push(lease);
          } else if ('remove' in step) {
            const [lease] = waiting.splice(step.remove, 1);
            if (lease !== undefined) queue.remove(lease);
          } else {
            const lease = queue.next();
            expect(lease === undefined).toBe(waiting.length === 0);
            if (lease === undefined) continue;
            // No older lease of the same owner waits.
            expect(waiting.find((each) => each[0] === lease[0])).toBe(lease);
            waiting.splice(waiting.indexOf(lease), 1);
          }
          expect(queue.isEmpty).toBe(waiting.length === 0);
        }
      }),
    );
  });

  test('lets a newcomer begin beside the others, not before them', () => {
    const queue = new FairQueue();
    const [old, late] = (['old', 'late'] as const).map(
      (id): Owner => ({ id, share: 1, priority: 'normal' }),
    );
    if (!old || !late) throw new Error('there are two');
    const grants: string[] = [];
    for (let at = 0; at < 100; at++) queue.add(`old/${at}`, old);
    const serveOne = (at: number) => {
      const lease = queue.next() ?? '';
      queue.grant(lease, `${at}`);
      queue.charge(`${at}`, 1);
      grants.push(lease.split('/')[0] ?? '');
    };
    for (let at = 0; at < 50; at++) serveOne(at);
    for (let at = 0; at < 10; at++) queue.add(`late/${at}`, late);
    for (let at = 50; at < 60; at++) serveOne(at);
    const late10 = grants.slice(50).filter((each) => each === 'late');
    expect(late10.length).toBeGreaterThanOrEqual(4);
    expect(late10.length).toBeLessThanOrEqual(6);
  });
});
