import type {
  Measurement,
  Request,
  Result,
  WireErrorCode,
  WorkerMessageOf,
} from '../../../protocol/index.js';
import { FairQueue, SOLE_OWNER } from './fair-queue.js';
import { Lateness } from './lateness.js';

/** What has to be done after a change of the table, in order. */
export type LeaseEffect =
  | {
      readonly kind: 'grant';
      readonly worker: string;
      readonly lease: string;
      readonly attempt: number;
      readonly request: Request;
      /** The late worker beside which this one does the same. */
      readonly beside?: string;
    }
  | { readonly kind: 'revoke'; readonly worker: string; readonly lease: string }
  | { readonly kind: 'measured'; readonly lease: string; readonly measurement: Measurement }
  | { readonly kind: 'done'; readonly lease: string; readonly result: Result }
  | {
      readonly kind: 'failed';
      readonly lease: string;
      readonly code: WireErrorCode | 'SIDECAR_LOST';
      readonly message: string;
      /** The worker whose answer is malformed, if that is why it failed. */
      readonly worker?: string;
    };

/** Why a request failed. */
type Failure = Omit<Extract<LeaseEffect, { kind: 'failed' }>, 'kind' | 'lease'>;

/** One attempt at a lease. */
export type Held = Pick<WorkerMessageOf<'done'>, 'lease' | 'attempt'>;

/** An attempt that a worker holds. */
interface Holding extends Held {
  readonly owner: string;
  readonly request: Request;
  /** When it was granted, in milliseconds. */
  readonly since: number;
}

type Holders = readonly (readonly [worker: string, holding: Holding])[];

/** How a table measures time, and whom it tells. */
export interface Accounting {
  /** A monotonic clock, in milliseconds. */
  readonly now?: () => number;
  /** Called when a worker no longer holds a request of an owner. */
  readonly onUsed?: (owner: string, seconds: number) => void;
}

/** A request that is not settled. */
interface Job {
  readonly request: Request;
  readonly owner: string;
  /** Attempts granted so far. */
  readonly attempt: number;
  readonly measured: ReadonlyMap<number, Measurement>;
  /** How many of them ended with a message that breaks the protocol. */
  readonly malformed: number;
}

/** So many malformed messages fail a request: the first may be an accident of its worker. */
const MAX_MALFORMED = 2;

/**
 * The queue of requests, and the workers, each with at most one attempt in flight.
 *
 * A request is attempted at least once and settled exactly once. When a worker is lost, its lease
 * expires: another worker gets the request under the next attempt number, up to `maxAttempts`. The
 * lease of a worker that breaks the protocol expires, too, and the request fails the second time. An
 * answer counts only if it names the attempt that its worker holds. Children that are measured are
 * not asked for again.
 *
 * A lease that is late is given to a second worker when nothing else waits. What either of them
 * measures first counts, and a failure counts only if the other one fails as well.
 */
export class LeaseTable {
  readonly #maxAttempts: number;
  readonly #now: () => number;
  readonly #onUsed: (owner: string, seconds: number) => void;
  readonly #jobs = new Map<string, Job>();
  /** Leases that no worker holds. */
  readonly #queue = new FairQueue();
  readonly #lateness = new Lateness();
  /** The attempt that each worker holds; a revoked one is settled before its worker answers. */
  readonly #workers = new Map<string, Holding | null>();
  /** Workers that get no lease. */
  readonly #resting = new Set<string>();
  #isPaused = false;

  constructor(maxAttempts: number, { now = () => 0, onUsed = () => {} }: Accounting = {}) {
    this.#maxAttempts = maxAttempts;
    this.#now = now;
    this.#onUsed = onUsed;
  }

  submit(lease: string, request: Request, owner = SOLE_OWNER): readonly LeaseEffect[] {
    const job = { request, owner: owner.id, attempt: 0, measured: new Map(), malformed: 0 };
    this.#jobs.set(lease, job);
    this.#queue.add(lease, owner);
    return this.#grant();
  }

  /** Forgets a lease. Its worker stays busy until it has answered. */
  revoke(lease: string): readonly LeaseEffect[] {
    return this.#forget(lease) ? this.#revokeFrom(this.#holdersOf(lease)) : [];
  }

  /** Adds a worker; a resting one gets no lease. */
  join(worker: string, isResting = false): readonly LeaseEffect[] {
    this.#workers.set(worker, null);
    if (isResting) this.#resting.add(worker);
    else this.#resting.delete(worker);
    return this.#grant();
  }

  /** Gives a worker no further lease; returns whether it is idle. */
  rest(worker: string): boolean {
    this.#resting.add(worker);
    return !this.isBusy(worker);
  }

  /** Gives leases to a worker again. */
  wake(worker: string): readonly LeaseEffect[] {
    this.#resting.delete(worker);
    return this.#grant();
  }

  /** Grants nothing from now on. */
  pause(): void {
    this.#isPaused = true;
  }

  /** Removes a worker and expires its lease. `reason` completes the sentence "…, because <reason>". */
  lose(worker: string, reason: string): readonly LeaseEffect[] {
    const [lease, job] = this.#expire(worker);
    if (!job) return [];
    const message = `${describe(job.request)}: lost its worker ${job.attempt} times, the last time because ${reason}; look into the sidecar's log, then resume the run`;
    return this.#retry(lease, job, { code: 'SIDECAR_LOST', message });
  }

  /**
   * Removes a worker that sent something that breaks the protocol, and expires its lease. It may join
   * again. `defect` names the worker, the field and what is wrong with it.
   */
  malformed(worker: string, defect: string): readonly LeaseEffect[] {
    const [lease, expired] = this.#expire(worker);
    if (!expired) return [];
    const job = { ...expired, malformed: expired.malformed + 1 };
    const message = `${describe(job.request)}: malformed answer of ${defect}; check the data, and that sidecar and controller are of one version; the sidecar's log says more`;
    const failure = { code: 'SIDECAR_FAILED', message, worker } as const;
    if (job.malformed < MAX_MALFORMED) return this.#retry(lease, job, failure);
    if (isComplete(job)) return this.#complete(lease, job);
    const others = this.#holdersOf(lease);
    return [this.#fail(lease, failure), ...this.#revokeFrom(others)];
  }

  /** Forgets an owner whose leases are all revoked. */
  leave(owner: string): void {
    this.#queue.leave(owner);
  }

  /** How many requests of an owner wait, and how many are granted. */
  countsOf(owner: string): { readonly queued: number; readonly running: number } {
    return this.#queue.countsOf(owner);
  }

  /** Gives late leases to idle workers as well, if nothing else waits. */
  help(): readonly LeaseEffect[] {
    if (this.#isPaused || !this.#queue.isEmpty) return [];
    const effects: LeaseEffect[] = [];
    for (const [late, holding] of this.#workers) {
      const helper = this.#idle();
      if (helper === undefined) break;
      if (!holding || !this.#isWorthHelp(holding)) continue;
      const job = this.#jobs.get(holding.lease);
      if (job) effects.push({ ...this.#give(helper, holding.lease, job), beside: late });
    }
    return effects;
  }

  isBusy(worker: string): boolean {
    return this.#workers.get(worker) != null;
  }

  /** Whether the worker holds this attempt and its request is not settled. */
  holds(worker: string, { lease, attempt }: Held): boolean {
    return this.#isHeld(worker, { lease, attempt }) && this.#jobs.has(lease);
  }

  measured(worker: string, held: Held, measurement: Measurement): readonly LeaseEffect[] {
    return this.holds(worker, held) ? this.#record(held.lease, measurement) : [];
  }

  done(worker: string, held: Held, result: Result): readonly LeaseEffect[] {
    if (!this.#isHeld(worker, held)) return [];
    const seconds = this.#release(worker);
    const request = this.#jobs.get(held.lease)?.request;
    if (request?.kind === result.kind) this.#lateness.learn(answeredPart(request, result), seconds);
    return [...this.#settle(held.lease, result), ...this.#grant()];
  }

  failed(worker: string, held: Held, code: WireErrorCode, message: string): readonly LeaseEffect[] {
    if (!this.#isHeld(worker, held)) return [];
    this.#release(worker);
    const awaited = this.#jobs.has(held.lease) && this.#holdersOf(held.lease).length === 0;
    return [...(awaited ? [this.#fail(held.lease, { code, message })] : []), ...this.#grant()];
  }

  /** The attempt that a worker holds, if it has not answered. */
  heldBy(worker: string): Held | null {
    return this.#workers.get(worker) ?? null;
  }

  #isHeld(worker: string, { lease, attempt }: Held): boolean {
    const held = this.#workers.get(worker);
    return held != null && held.lease === lease && held.attempt === attempt;
  }

  /** Removes a worker; returns its lease, and the request unless that is settled. */
  #expire(worker: string): readonly [lease: string, job: Job | undefined] {
    const { lease } = this.#workers.get(worker) ?? { lease: '' };
    if (lease) this.#release(worker);
    this.#workers.delete(worker);
    this.#resting.delete(worker);
    return [lease, this.#jobs.get(lease)];
  }

  /** Puts an expired lease at the head of the queue; settles it if it is complete or tried too often. */
  #retry(lease: string, job: Job, failure: Failure): readonly LeaseEffect[] {
    if (isComplete(job)) return this.#complete(lease, job);
    this.#jobs.set(lease, job);
    if (this.#holdersOf(lease).length > 0) return [];
    if (job.attempt >= this.#maxAttempts) return [this.#fail(lease, failure)];
    this.#queue.putBack(lease);
    return this.#grant();
  }

  #record(lease: string, measurement: Measurement): readonly LeaseEffect[] {
    const job = this.#jobs.get(lease);
    if (!job || !remaining(job).some(({ pathId }) => pathId === measurement.pathId)) return [];
    const measured = new Map(job.measured).set(measurement.pathId, measurement);
    this.#jobs.set(lease, { ...job, measured });
    return [{ kind: 'measured', lease, measurement }];
  }

  #settle(lease: string, result: Result): readonly LeaseEffect[] {
    const before = this.#jobs.get(lease);
    if (!before) return [];
    if (result.kind !== before.request.kind) {
      return [this.#fail(lease, defect(before.request, `a ${result.kind}`))];
    }
    if (result.kind !== 'train') return this.#finish(lease, result);
    const recorded = result.measurements.flatMap((each) => this.#record(lease, each));
    const job = this.#jobs.get(lease) ?? before;
    const [missing] = remaining(job);
    if (missing) {
      const answer = `no measurement of path ${missing.pathId}`;
      return [...recorded, this.#fail(lease, defect(job.request, answer))];
    }
    return [...recorded, ...this.#complete(lease, job)];
  }

  /** Settles a train request all of whose children are measured. */
  #complete(lease: string, { request, measured }: Job): readonly LeaseEffect[] {
    const children = request.kind === 'train' ? request.children : [];
    const measurements = children.flatMap(({ pathId }) => measured.get(pathId) ?? []);
    return this.#finish(lease, { kind: 'train', measurements });
  }

  /** Answers a request; a second worker that holds it is stopped. */
  #finish(lease: string, result: Result): readonly LeaseEffect[] {
    this.#forget(lease);
    return [{ kind: 'done', lease, result }, ...this.#revokeFrom(this.#holdersOf(lease))];
  }

  #fail(lease: string, failure: Failure): LeaseEffect {
    this.#forget(lease);
    return { kind: 'failed', lease, ...failure };
  }

  /** Gives queued leases to idle workers. */
  #grant(): readonly LeaseEffect[] {
    const effects: LeaseEffect[] = [];
    if (this.#isPaused) return effects;
    for (const [worker, held] of this.#workers) {
      if (held || this.#resting.has(worker)) continue;
      const lease = this.#queue.next();
      const job = lease !== undefined && this.#jobs.get(lease);
      if (!job) break;
      effects.push(this.#give(worker, lease, job));
    }
    return effects;
  }

  /** Gives a lease to a worker, as the next attempt. */
  #give(worker: string, lease: string, job: Job): Extract<LeaseEffect, { kind: 'grant' }> {
    const attempt = job.attempt + 1;
    this.#jobs.set(lease, { ...job, attempt });
    const request = outstanding(job);
    const since = this.#now();
    this.#workers.set(worker, { lease, attempt, owner: job.owner, request, since });
    this.#queue.grant(lease, grantOf({ lease, attempt }));
    return { kind: 'grant', worker, lease, attempt, request };
  }

  /** Takes note that a worker holds nothing any more; returns for how many seconds it held it. */
  #release(worker: string): number {
    const holding = this.#workers.get(worker);
    if (!holding) return 0;
    this.#workers.set(worker, null);
    const seconds = (this.#now() - holding.since) / 1000;
    this.#queue.charge(grantOf(holding), seconds);
    this.#onUsed(holding.owner, seconds);
    return seconds;
  }

  /** Forgets a request; returns whether it was known. */
  #forget(lease: string): boolean {
    this.#queue.remove(lease);
    return this.#jobs.delete(lease);
  }

  #holdersOf(lease: string): Holders {
    return [...this.#workers].flatMap(([worker, holding]) =>
      holding?.lease === lease ? [[worker, holding] as const] : [],
    );
  }

  #revokeFrom(holders: Holders): readonly LeaseEffect[] {
    return holders.map(([worker, { lease }]) => ({ kind: 'revoke', worker, lease }));
  }

  /** A worker that could be given a lease. */
  #idle(): string | undefined {
    for (const [worker, held] of this.#workers) {
      if (!held && !this.#resting.has(worker)) return worker;
    }
    return undefined;
  }

  #isWorthHelp({ lease, request, since }: Holding): boolean {
    const job = this.#jobs.get(lease);
    if (!job || job.attempt >= this.#maxAttempts || this.#holdersOf(lease).length > 1) return false;
    return this.#lateness.isLate(request, (this.#now() - since) / 1000);
  }
}

const grantOf = ({ lease, attempt }: Held): string => `${lease}/${attempt}`;

/** The part of a request that an answer is about: the children of this attempt. */
function answeredPart(request: Request, result: Result): Request {
  if (request.kind !== 'train' || result.kind !== 'train') return request;
  const answered = new Set(result.measurements.map(({ pathId }) => pathId));
  return { ...request, children: request.children.filter(({ pathId }) => answered.has(pathId)) };
}

/** Children of a job that are not measured yet. */
function remaining({ request, measured }: Job) {
  return request.kind === 'train'
    ? request.children.filter(({ pathId }) => !measured.has(pathId))
    : [];
}

function isComplete(job: Job): boolean {
  return job.request.kind === 'train' && remaining(job).length === 0;
}

/** The request, without the children that are measured. */
function outstanding(job: Job): Request {
  const { request } = job;
  return request.kind === 'train' ? { ...request, children: remaining(job) } : request;
}

function describe(request: Request): string {
  return 'task' in request ? `${request.kind} ${request.task.name}` : request.kind;
}

function defect(request: Request, answer: string): Failure {
  const message = `${describe(request)}: the sidecar answered with ${answer}; this is a defect of mu2net; please report it with the sidecar's log`;
  return { code: 'SIDECAR_FAILED', message };
}
