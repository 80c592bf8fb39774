import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Measurement, Request, Result } from '../../../../protocol/index.js';
import { trainRequest } from '../../../../tests/support/requests.js';
import type { LeaseEffect } from './lease-effect.js';
import { LeaseTable } from './leases.js';

const train = (...paths: number[]) => trainRequest('/store', paths);
const measurementOf = (path: number): Measurement => ({
  kind: 'diverged',
  pathId: path,
  qualities: [],
  components: null,
  reason: `of ${path}`,
});
const trained = (...paths: number[]): Result => ({
  kind: 'train',
  measurements: paths.map(measurementOf),
});
const pathsOf = ({ request }: { request: Request }) =>
  request.kind === 'train' ? request.children.map(({ pathId }) => pathId) : [];

/** A step of a random history; workers and leases are named by small numbers. */
type Step =
  | { readonly do: 'submit'; readonly children: number }
  | {
      readonly do: 'join' | 'lose' | 'measure' | 'answer' | 'fail' | 'malform';
      readonly worker: number;
    }
  | { readonly do: 'revoke'; readonly lease: number }
  | { readonly do: 'wait' };

const steps = fc.array(
  fc.oneof(
    fc.record({ do: fc.constant('submit' as const), children: fc.integer({ min: 1, max: 4 }) }),
    fc.record({
      do: fc.constantFrom(
        'join',
        'lose',
        'measure',
        'answer',
        'answer',
        'fail',
        'crash',
        'malform' as const,
      ),
      worker: fc.nat(3),
    }) as fc.Arbitrary<Step>,
    fc.record({ do: fc.constant('revoke' as const), lease: fc.nat(9) }),
    fc.record({ do: fc.constant('wait' as const) }),
  ),
  { maxLength: 80 },
);

/** Runs a history with honest workers; keeps account of what must hold. */
class History {
  now = 0;
  readonly table = new LeaseTable(3, { now: () => this.now });
  readonly submitted: string[] = [];
  /** How each lease ended; every end is counted. */
  readonly ends = new Map<string, ('done' | 'failed' | 'cancelled')[]>();
  readonly malformed = new Map<string, number>();
  /** Attempts that workers answered; they do not count as lost. */
  readonly answered = new Map<string, number>();
  readonly measured = new Map<string, number[]>();
  readonly attempts = new Map<string, number[]>();
  helped = 0;
  /** The grant that each living worker has not answered; null if there is none. */
  readonly grants = new Map<string, Extract<LeaseEffect, { kind: 'grant' }> | null>();

  take(step: Step): void {
    this.see(this.effectsOf(step));
  }

  effectsOf(step: Step): readonly LeaseEffect[] {
    switch (step.do) {
      case 'submit': {
        const lease = `lease-${this.submitted.length}`;
        this.submitted.push(lease);
        const paths = Array.from({ length: step.children }, (_, path) => path);
        return this.table.submit(lease, train(...paths));
      }
      case 'revoke': {
        const lease = `lease-${step.lease}`;
        if (this.submitted.includes(lease) && !this.ends.has(lease)) this.end(lease, 'cancelled');
        return this.table.revoke(lease);
      }
      case 'join': {
        const worker = `w${step.worker}`;
        if (this.grants.has(worker)) return [];
        this.grants.set(worker, null);
        return this.table.join(worker);
      }
      case 'lose':
        this.grants.delete(`w${step.worker}`);
        return this.table.lose(`w${step.worker}`, 'it died');
      case 'wait':
        this.now += 1e6;
        this.see(this.table.failUnserved((worker) => worker));
        return this.effectsOfHelp();
      default:
        this.now += 100;
        return this.effectsOfWork(`w${step.worker}`, step.do);
    }
  }

  end(lease: string, how: 'done' | 'failed' | 'cancelled'): void {
    this.ends.set(lease, [...(this.ends.get(lease) ?? []), how]);
  }

  /** Helps late leases; what is granted is held by one other worker, and nothing else waits. */
  effectsOfHelp(): readonly LeaseEffect[] {
    const effects = this.table.help();
    for (const effect of effects) {
      expect(effect.kind).toBe('grant');
      if (effect.kind !== 'grant') continue;
      const holders = [...this.grants].filter(([, grant]) => grant?.lease === effect.lease);
      expect(holders.map(([worker]) => worker)).toEqual([effect.beside]);
      this.helped++;
    }
    return effects;
  }

  effectsOfWork(
    worker: string,
    what: 'measure' | 'answer' | 'fail' | 'crash' | 'malform',
  ): readonly LeaseEffect[] {
    const grant = this.grants.get(worker);
    if (!grant) return [];
    const paths = pathsOf(grant);
    if (what === 'malform') {
      this.malformed.set(grant.lease, (this.malformed.get(grant.lease) ?? 0) + 1);
      this.grants.delete(worker);
      this.see(this.table.malformed(worker, `worker ${worker}: type: missing`));
      this.grants.set(worker, null);
      return this.table.join(worker);
    }
    if (what === 'measure') {
      return this.table.measured(worker, grant, measurementOf(paths[0] ?? 0));
    }
    this.grants.set(worker, null);
    this.answered.set(grant.lease, (this.answered.get(grant.lease) ?? 0) + 1);
    if (what === 'crash') return this.table.crashed(worker, grant, `crash ${this.now % 300}`);
    if (what === 'fail') return this.table.failed(worker, grant, 'SIDECAR_FAILED', 'failed');
    return this.table.done(worker, grant, trained(...paths));
  }

  see(effects: readonly LeaseEffect[]): void {
    for (const effect of effects) {
      const { lease } = effect;
      switch (effect.kind) {
        case 'grant':
          expect(this.grants.get(effect.worker)).toBeNull();
          expect(this.ends.has(lease)).toBe(false);
          expect(pathsOf(effect).some((path) => this.measured.get(lease)?.includes(path))).toBe(
            false,
          );
          this.grants.set(effect.worker, effect);
          this.attempts.set(lease, [...(this.attempts.get(lease) ?? []), effect.attempt]);
          break;
        case 'faulty':
          this.measured.set(lease, [...(this.measured.get(lease) ?? []), effect.pathId]);
          break;
        case 'measured':
          this.measured.set(lease, [
            ...(this.measured.get(lease) ?? []),
            effect.measurement.pathId,
          ]);
          break;
        case 'done':
        case 'failed': {
          this.end(lease, effect.kind);
          const revoked = effects.flatMap((each) => (each.kind === 'revoke' ? each.worker : []));
          for (const [worker, grant] of this.grants) {
            if (grant?.lease === lease) expect(revoked).toContain(worker);
          }
          break;
        }
      }
    }
  }
}

test('in any history every lease ends once: done, failed or cancelled', () => {
  let helped = 0;
  fc.assert(
    fc.property(steps, (story) => {
      const history = new History();
      // An answer, so that it is known how long one takes.
      const start: readonly Step[] = [
        { do: 'join', worker: 0 },
        { do: 'submit', children: 1 },
        { do: 'answer', worker: 0 },
        { do: 'join', worker: 1 },
      ];
      for (const step of [...start, ...story]) history.take(step);
      // Let a worker that never dies finish what is left.
      history.take({ do: 'join', worker: 9 });
      history.see(history.table.failUnserved((worker) => worker));
      for (let turn = 0; turn < 200; turn++) {
        for (const worker of [...history.grants.keys()])
          history.see(history.effectsOfWork(worker, 'answer'));
      }
      for (const lease of history.submitted) {
        expect(history.ends.get(lease)).toHaveLength(1);
        expect(history.malformed.get(lease) ?? 0).toBeLessThanOrEqual(2);
        // Attempts count up, and children are measured once.
        const attempts = history.attempts.get(lease) ?? [];
        expect(attempts).toEqual(attempts.map((_, index) => index + 1));
        const answered = history.answered.get(lease) ?? 0;
        expect(attempts.length - answered).toBeLessThanOrEqual(3);
        const measured = history.measured.get(lease) ?? [];
        expect(new Set(measured).size).toBe(measured.length);
      }
      helped += history.helped;
    }),
    { numRuns: 300 },
  );
  // Some histories have late leases.
  expect(helped).toBeGreaterThan(0);
});
