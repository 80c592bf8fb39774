import type { Request, WorkerMessageOf } from '../../../../protocol/index.js';
import { Speeds } from './speeds.js';

/** One attempt at a lease. */
export type Held = Pick<WorkerMessageOf<'done'>, 'lease' | 'attempt'>;

/** An attempt that a worker holds. */
export interface Holding extends Held {
  readonly owner: string;
  readonly request: Request;
  /** When it was granted, in milliseconds. */
  readonly since: number;
}

/** The workers, each with at most one attempt in flight. */
export class Holders {
  /** The attempt that each worker holds; a revoked one is settled before its worker answers. */
  readonly #workers = new Map<string, Holding | null>();
  /** How fast they train. */
  readonly speeds = new Speeds();
  /** Workers that get no lease. */
  readonly #resting = new Set<string>();

  /** Adds a worker that holds nothing; a resting one gets no lease. */
  add(worker: string, isResting: boolean): void {
    this.#workers.set(worker, null);
    if (isResting) this.rest(worker);
    else this.wake(worker);
  }

  remove(worker: string): void {
    this.#workers.delete(worker);
    this.#resting.delete(worker);
  }

  rest(worker: string): void {
    this.#resting.add(worker);
  }

  wake(worker: string): void {
    this.#resting.delete(worker);
  }

  /** Takes note of what a worker holds from now on. */
  hold(worker: string, holding: Holding | null): void {
    this.#workers.set(worker, holding);
  }

  /** Returns the lease that a worker holds and has not answered; null if there is none. */
  heldBy(worker: string): Holding | null {
    return this.#workers.get(worker) ?? null;
  }

  isHeld(worker: string, { lease, attempt }: Held): boolean {
    const held = this.#workers.get(worker);
    return held != null && held.lease === lease && held.attempt === attempt;
  }

  /** The workers that hold a lease, the late one first. */
  of(lease: string): readonly string[] {
    return this.busy().flatMap(([worker, held]) => (held.lease === lease ? [worker] : []));
  }

  /** Returns the workers that hold a lease, each with its lease. */
  busy(): readonly (readonly [worker: string, holding: Holding])[] {
    return [...this.#workers].flatMap(([worker, held]) => (held ? [[worker, held] as const] : []));
  }

  /** Workers that get leases. */
  active(): readonly string[] {
    return [...this.#workers.keys()].filter((worker) => !this.#resting.has(worker));
  }

  /** Workers that could be given a lease now, the fastest first. */
  idle(): readonly string[] {
    return this.speeds.sort(this.active().filter((worker) => !this.#workers.get(worker)));
  }
}
