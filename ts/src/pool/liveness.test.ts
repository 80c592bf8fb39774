import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Liveness, type LivenessLimits } from './liveness.js';

const LIMITS: LivenessLimits = {
  heartbeatMillis: 500,
  lostAfterMillis: 2500,
  stuckAfterMillis: 60_000,
  stopWithinMillis: 5000,
};

/** A liveness whose clock moves by sweeps of one heartbeat. */
class Clock {
  readonly liveness = new Liveness(LIMITS, 0);
  now = 0;

  /** Sweeps until `millis` have passed, and calls `each` before each sweep; returns findings. */
  pass(millis: number, each: () => void = () => {}) {
    const until = this.now + millis;
    const found = [];
    while (this.now < until) {
      this.now += LIMITS.heartbeatMillis;
      each();
      found.push(...this.liveness.sweep(this.now));
    }
    return found;
  }

  /** As {@link pass}, with a worker that sends heartbeats. */
  beat(millis: number, each: () => void = () => {}) {
    return this.pass(millis, () => {
      this.liveness.hear('w', this.now);
      each();
    });
  }
}

function withWorker(): Clock {
  const clock = new Clock();
  clock.liveness.join('w', 0);
  return clock;
}

describe('a worker', () => {
  test('that is idle and heard lives for ever', () => {
    expect(withWorker().beat(10_000_000)).toEqual([]);
  });

  test('that is silent is lost, and one that left is not', () => {
    const clock = withWorker();
    clock.liveness.join('v', 0);
    clock.liveness.leave('v');
    const [found] = clock.pass(3000);
    expect(found).toEqual({ worker: 'w', kind: 'silent', reason: 'it was silent for 2500 ms' });
  });

  test('whose request makes no step is slow, once, and then stuck', () => {
    const clock = withWorker();
    clock.liveness.begin('w', 0);
    const step = () => clock.liveness.step('w', clock.now, 7);
    expect(clock.beat(60_000, step).map(({ kind }) => kind)).toEqual(['slow']);
    expect(clock.beat(1000, step).at(-1)).toEqual({
      worker: 'w',
      kind: 'stuck',
      reason: 'its request made no step for 60 s',
    });
  });

  test('whose request makes a step now and then is never stuck, however slow', () => {
    const clock = withWorker();
    clock.liveness.begin('w', 0);
    for (let steps = 1; steps < 100; steps++) {
      clock.liveness.step('w', clock.now, steps);
      expect(clock.beat(59_000).every(({ kind }) => kind === 'slow')).toBe(true);
    }
    // A beat of a child and a measurement carry no count.
    clock.liveness.step('w', clock.now);
    expect(clock.beat(59_000).map(({ kind }) => kind)).toEqual(['slow']);
  });

  test('that has answered is not stuck, and its next request has the whole time', () => {
    const clock = withWorker();
    clock.liveness.begin('w', 0);
    clock.beat(55_000);
    clock.liveness.end('w');
    expect(clock.beat(100_000)).toEqual([]);
    clock.liveness.begin('w', clock.now);
    expect(clock.beat(9000)).toEqual([]);
  });

  test('that goes on with a cancelled request is stuck soon, whatever it counts', () => {
    const clock = withWorker();
    clock.liveness.begin('w', 0);
    clock.liveness.cancel('w', 0);
    let steps = 0;
    const found = clock.beat(6000, () => clock.liveness.step('w', clock.now, steps++));
    expect(found[0]).toEqual({
      worker: 'w',
      kind: 'stuck',
      reason: 'it did not stop a cancelled request within 5 s',
    });
  });

  test('is not blamed for the time in which the controller stood still', () => {
    const clock = withWorker();
    clock.liveness.begin('w', 0);
    clock.beat(9000);
    clock.now += 3_600_000;
    expect(clock.liveness.sweep(clock.now)).toEqual([]);
    expect(clock.beat(500)).toEqual([]);
    expect(clock.beat(1000).map(({ kind }) => kind)).toEqual(['slow']);
  });
});

test('a worker is found stuck if and only if its last sign of progress is too old', () => {
  const action = fc.constantFrom('step', 'same', 'end', 'begin', 'cancel', 'wait');
  fc.assert(
    fc.property(fc.array(fc.tuple(action, fc.integer({ min: 0, max: 130 }))), (story) => {
      const clock = withWorker();
      let movedAt = 0;
      let steps = 0;
      let state: 'idle' | 'working' | 'cancelled' = 'idle';
      for (const [what, heartbeats] of story) {
        const { liveness, now } = clock;
        if (what === 'begin') {
          liveness.begin('w', now);
          [movedAt, steps, state] = [now, 0, 'working'];
        } else if (what === 'end') {
          liveness.end('w');
          state = 'idle';
        } else if (what === 'cancel' && state !== 'idle') {
          liveness.cancel('w', now);
          [movedAt, state] = [now, 'cancelled'];
        } else if (what === 'step') {
          liveness.step('w', now, ++steps);
          if (state === 'working') movedAt = now;
        } else if (what === 'same') {
          liveness.step('w', now, steps);
        }
        const found = clock.beat(heartbeats * LIMITS.heartbeatMillis);
        const { stopWithinMillis, stuckAfterMillis } = LIMITS;
        const limit = state === 'cancelled' ? stopWithinMillis : stuckAfterMillis;
        const stuck = heartbeats > 0 && state !== 'idle' && clock.now - movedAt > limit;
        expect(found.some(({ kind }) => kind === 'stuck')).toBe(stuck);
        expect(found.some(({ kind }) => kind === 'silent')).toBe(false);
      }
    }),
    { numRuns: 300 },
  );
});
