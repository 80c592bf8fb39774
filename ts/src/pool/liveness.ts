/** Time limits of workers, in milliseconds. */
export interface LivenessLimits {
  /** How often workers send a heartbeat. */
  readonly heartbeatMillis: number;
  /** A worker that is silent for this long is lost. */
  readonly lostAfterMillis: number;
  /**
   * A worker whose request makes no step for this long is stuck. A step is a batch of a child, an
   * image that is read or the like, so even a slow processor makes many within an hour.
   */
  readonly stuckAfterMillis: number;
  /** A worker that does not stop a cancelled request for this long is stuck. */
  readonly stopWithinMillis: number;
}

export const DEFAULT_LIMITS: LivenessLimits = {
  heartbeatMillis: 500,
  lostAfterMillis: 2500,
  stuckAfterMillis: 60 * 60_000,
  stopWithinMillis: 60_000,
};

/** A worker without a step for this share of the limit is reported. */
const REPORTED_SHARE = 1 / 6;

/** Something that a sweep finds out about a worker. */
export interface Finding {
  readonly worker: string;
  /** `slow`: stuck before long; `stuck`: alive without progress; `silent`: dead or frozen. */
  readonly kind: 'slow' | 'stuck' | 'silent';
  /** Completes the sentence "the worker is …, because <reason>". */
  readonly reason: string;
}

/** A request that a worker executes. */
interface Work {
  /** When it began, made its last step or was cancelled. */
  readonly movedAt: number;
  /** The worker's own count of steps. */
  readonly steps: number;
  readonly state: 'working' | 'reported' | 'cancelled';
}

interface Life {
  /** When the worker's last message arrived. */
  readonly heardAt: number;
  readonly work: Work | null;
}

/**
 * Decides which workers are dead, and which live without progress. Pure: `now` is the time of a
 * monotonic clock in milliseconds, and the caller sweeps once per heartbeat.
 */
export class Liveness {
  readonly #limits: LivenessLimits;
  readonly #lives = new Map<string, Life>();
  #sweptAt: number;

  constructor(limits: LivenessLimits, now: number) {
    this.#limits = limits;
    this.#sweptAt = now;
  }

  join(worker: string, now: number): void {
    this.#lives.set(worker, { heardAt: now, work: null });
  }

  leave(worker: string): void {
    this.#lives.delete(worker);
  }

  hear(worker: string, now: number): void {
    this.#change(worker, (life) => ({ ...life, heardAt: now }));
  }

  /** Takes note that a worker was given a request. */
  begin(worker: string, now: number): void {
    const work = { movedAt: now, steps: 0, state: 'working' } as const;
    this.#change(worker, (life) => ({ ...life, work }));
  }

  /** Takes note of progress; with a count of `steps`, only if it is another one than before. */
  step(worker: string, now: number, steps?: number): void {
    this.#changeWork(worker, (work) =>
      work.state === 'cancelled' || work.steps === steps
        ? work
        : { movedAt: now, steps: steps ?? work.steps, state: 'working' },
    );
  }

  /** Takes note that the worker's request was cancelled. */
  cancel(worker: string, now: number): void {
    this.#changeWork(worker, (work) => ({ ...work, movedAt: now, state: 'cancelled' }));
  }

  /** Takes note that the worker has answered. */
  end(worker: string): void {
    this.#change(worker, (life) => ({ ...life, work: null }));
  }

  /** Returns what is wrong with workers now; a slow one is found once until it moves again. */
  sweep(now: number): readonly Finding[] {
    const passed = now - this.#sweptAt;
    this.#sweptAt = now;
    // This process stood still, so messages of the workers may still be waiting to be read.
    if (passed > 2 * this.#limits.heartbeatMillis) {
      this.#forgive(now, passed);
      return [];
    }
    return [...this.#lives].flatMap(([worker, life]) => {
      const finding = this.#examine(life, now);
      if (!finding) return [];
      if (finding.kind === 'slow') {
        this.#changeWork(worker, (work) => ({ ...work, state: 'reported' }));
      }
      return [{ worker, ...finding }];
    });
  }

  #examine({ heardAt, work }: Life, now: number): Omit<Finding, 'worker'> | null {
    const { lostAfterMillis, stuckAfterMillis, stopWithinMillis } = this.#limits;
    if (now - heardAt > lostAfterMillis) {
      return { kind: 'silent', reason: `it was silent for ${lostAfterMillis} ms` };
    }
    if (!work) return null;
    const idle = now - work.movedAt;
    if (work.state === 'cancelled') {
      const reason = `it did not stop a cancelled request within ${spell(stopWithinMillis)}`;
      return idle > stopWithinMillis ? { kind: 'stuck', reason } : null;
    }
    if (idle > stuckAfterMillis) {
      return { kind: 'stuck', reason: `its request made no step for ${spell(stuckAfterMillis)}` };
    }
    if (work.state === 'working' && idle > REPORTED_SHARE * stuckAfterMillis) {
      const reason = `its request made no step for ${spell(idle)}; it is given up after ${spell(stuckAfterMillis)}`;
      return { kind: 'slow', reason };
    }
    return null;
  }

  #forgive(now: number, millis: number): void {
    for (const [worker, { work }] of this.#lives) {
      const later = work && { ...work, movedAt: work.movedAt + millis };
      this.#lives.set(worker, { heardAt: now, work: later });
    }
  }

  #change(worker: string, change: (life: Life) => Life): void {
    const life = this.#lives.get(worker);
    if (life) this.#lives.set(worker, change(life));
  }

  #changeWork(worker: string, change: (work: Work) => Work): void {
    this.#change(worker, (life) => ({ ...life, work: life.work && change(life.work) }));
  }
}

function spell(millis: number): string {
  if (millis >= 120_000) return `${Math.round(millis / 60_000)} min`;
  return millis >= 1000 ? `${Math.round(millis / 1000)} s` : `${Math.round(millis)} ms`;
}
