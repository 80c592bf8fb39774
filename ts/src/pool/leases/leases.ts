import type { Measurement, Request, Result, WireErrorCode } from '../../../../protocol/index.js';
import type { Accounting, LeaseCounts, Release } from './accounting.js';
import { canServe, extendOffer, hasData, type Offer, sourcesOf } from './can-serve.js';
import { defect, failureOf, unreadFailure, unservedFailure } from './failures.js';
import { FairQueue, SOLE_OWNER } from './fair-queue.js';
import { type Held, Holders, type Holding } from './holders.js';
import {
  afterCrash,
  afterRefusal,
  answeredPart,
  describe,
  isAttemptable,
  isComplete,
  type Job,
  jobOf,
  outstanding,
  remaining,
} from './job.js';
import { Lateness } from './lateness.js';
import type { Failure, LeaseEffect } from './lease-effect.js';

/** How long a request waits for a worker that can read its data, while only others are there. */
const UNSERVED_MILLIS = 30_000;

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
 * When a worker crashes at a request of several children, they are attempted one by one. A child at
 * which two workers crashed with the same message is faulty, which settles it; if there is no other
 * worker to confirm a crash, the request fails.
 *
 * The fastest idle worker gets a lease first.
 *
 * A worker gets only requests whose data it has or fetches, and first those whose data it has. If it
 * finds that it does not have them, another one is asked.
 *
 * A lease that is late is given to a second worker when nothing else waits. The first result of
 * either counts, and a failure counts only if the other one fails as well.
 */
export class LeaseTable {
  readonly #maxAttempts: number;
  readonly #now: () => number;
  readonly #onReleased: (release: Release) => void;
  readonly #jobs = new Map<string, Job>();
  /** Leases that no worker holds. */
  readonly #queue = new FairQueue();
  readonly #lateness = new Lateness();
  readonly #holders = new Holders();
  /** Statements of workers about their data; they stay valid when a worker returns. */
  readonly #offers = new Map<string, Offer>();
  /** Since when leases wait although there are workers. */
  readonly #unserved = new Map<string, number>();
  #isPaused = false;

  constructor(maxAttempts: number, { now = () => 0, onReleased = () => {} }: Accounting = {}) {
    this.#maxAttempts = maxAttempts;
    this.#now = now;
    this.#onReleased = onReleased;
  }

  submit(lease: string, request: Request, owner = SOLE_OWNER): readonly LeaseEffect[] {
    this.#jobs.set(lease, jobOf(request, owner.id));
    this.#queue.add(lease, owner);
    return this.#grant();
  }

  /** Forgets a lease. Its worker stays busy until it has answered. */
  revoke(lease: string): readonly LeaseEffect[] {
    return this.#forget(lease) ? this.#revokeFrom(lease) : [];
  }

  /** Adds a worker; a resting one gets no lease. */
  join(worker: string, isResting = false): readonly LeaseEffect[] {
    this.#holders.add(worker, isResting);
    return this.#grant();
  }

  /** Takes note of what a worker says of its data and of URLs; once its data are known, it gets leases. */
  offer(worker: string, told: Partial<Offer>, isBarred = false): readonly LeaseEffect[] {
    this.#offers.set(worker, extendOffer(this.#offers.get(worker), told));
    return isBarred || told.dataRoots === undefined ? [] : this.wake(worker);
  }

  /** Whether a worker has said which data it has. */
  hasOffered(worker: string): boolean {
    return this.#offers.has(worker);
  }

  /** Gives a worker no further lease; returns whether it is idle. */
  rest(worker: string): boolean {
    this.#holders.rest(worker);
    return !this.isBusy(worker);
  }

  /** Gives leases to a worker again. */
  wake(worker: string): readonly LeaseEffect[] {
    this.#holders.wake(worker);
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
    return [this.#fail(lease, failure), ...this.#revokeFrom(lease)];
  }

  /** Forgets an owner whose leases are all revoked. */
  leave(owner: string): void {
    this.#queue.leave(owner);
  }

  /** How many requests of an owner wait, and how many are granted. */
  countsOf(owner: string): { readonly queued: number; readonly running: number } {
    return this.#queue.countsOf(owner);
  }

  /**
   * Fails requests that wait although there are workers: each has crashed at it or refused it, or
   * none could read its data for a while.
   * @param nameOf tells the name of a worker.
   */
  failUnserved(nameOf: (worker: string) => string): readonly LeaseEffect[] {
    return [...this.#jobs].flatMap(([lease, job]) => {
      const waits = this.#holders.of(lease).length === 0 && this.#isTriedOut(job);
      if (!waits) {
        this.#unserved.delete(lease);
        return [];
      }
      if (job.crashes.size + job.refusals.size > 0) return [this.#fail(lease, failureOf(job))];
      const since = this.#unserved.get(lease) ?? this.#now();
      this.#unserved.set(lease, since);
      const workers = this.#holders.active();
      const offers = workers.map((each) => [nameOf(each), this.#offers.get(each)] as const);
      const failure = unreadFailure(job.request, offers);
      if (!failure && this.#now() - since < UNSERVED_MILLIS) return [];
      return [this.#fail(lease, failure ?? unservedFailure(job.request, offers))];
    });
  }

  /** Gives late leases to idle workers as well, if nothing else waits. */
  help(): readonly LeaseEffect[] {
    if (this.#isPaused || !this.#queue.isEmpty) return [];
    const effects: LeaseEffect[] = [];
    for (const [late, holding] of this.#holders.busy()) {
      if (!this.#isWorthHelp(holding)) continue;
      const helper = this.#holders.idle().find((worker) => this.#isFor(worker, holding.lease));
      const grant = helper === undefined ? null : this.#give(helper, holding.lease);
      if (grant) effects.push({ ...grant, beside: late });
    }
    return effects;
  }

  /** How many leases wait, run, and take much longer than comparable ones did. */
  counts(): LeaseCounts {
    const busy = this.#holders.busy().map(([, holding]) => holding);
    const late = busy.filter(({ request, since }) =>
      this.#lateness.isLate(request, (this.#now() - since) / 1000),
    );
    return { waiting: this.#queue.length, running: busy.length, late: late.length };
  }

  isBusy(worker: string): boolean {
    return this.#holders.heldBy(worker) !== null;
  }

  /** Whether the worker holds this attempt and its request is not settled. */
  holds(worker: string, { lease, attempt }: Held): boolean {
    return this.#holders.isHeld(worker, { lease, attempt }) && this.#jobs.has(lease);
  }

  measured(worker: string, held: Held, measurement: Measurement): readonly LeaseEffect[] {
    const holding = this.#holders.heldBy(worker);
    if (!holding || !this.holds(worker, held)) return [];
    this.#holders.speeds.learn(worker, holding.request, measurement);
    return this.#record(held.lease, measurement);
  }

  done(worker: string, held: Held, result: Result): readonly LeaseEffect[] {
    const holding = this.#holders.heldBy(worker);
    if (!holding || !this.#holders.isHeld(worker, held)) return [];
    const seconds = this.#release(worker);
    const request = this.#jobs.get(held.lease)?.request;
    if (request?.kind === result.kind) this.#lateness.learn(answeredPart(request, result), seconds);
    return [...this.#settle(holding, result), ...this.#grant()];
  }

  /** Takes note that a worker met an error that nobody foresaw. */
  crashed(worker: string, held: Held, message: string): readonly LeaseEffect[] {
    const holding = this.#holders.heldBy(worker);
    const before = this.#jobs.get(held.lease);
    if (!holding || before?.request.kind !== 'train') {
      return this.failed(worker, held, 'SIDECAR_FAILED', message);
    }
    if (!this.#holders.isHeld(worker, held)) return [];
    this.#release(worker);
    const tried = new Set(childrenOf(holding.request).map(({ pathId }) => pathId));
    const children = remaining(before).filter(({ pathId }) => tried.has(pathId));
    const job = afterCrash(before, children, worker, message);
    const [pathId = 0] = [...job.faulty].filter((each) => !before.faulty.has(each));
    const told = job.faulty.size > before.faulty.size;
    return [
      ...(told ? [{ kind: 'faulty', lease: held.lease, pathId, message } as const] : []),
      ...this.#retry(held.lease, job, failureOf(job)),
      ...this.#grant(),
    ];
  }

  failed(worker: string, held: Held, code: WireErrorCode, message: string): readonly LeaseEffect[] {
    if (!this.#holders.isHeld(worker, held)) return [];
    this.#release(worker);
    const job = this.#jobs.get(held.lease);
    if (job && code === 'DATA_MISSING' && sourcesOf(job.request).length > 0) {
      const refused = afterRefusal(job, worker, message);
      return [...this.#retry(held.lease, refused, failureOf(refused)), ...this.#grant()];
    }
    const awaited = job && this.#holders.of(held.lease).length === 0;
    return [...(awaited ? [this.#fail(held.lease, { code, message })] : []), ...this.#grant()];
  }

  /** The attempt that a worker holds, if it has not answered. */
  heldBy(worker: string): Held | null {
    return this.#holders.heldBy(worker);
  }

  /** Removes a worker; returns its lease, and the request unless that is settled. */
  #expire(worker: string): readonly [lease: string, job: Job | undefined] {
    const { lease } = this.#holders.heldBy(worker) ?? { lease: '' };
    if (lease) this.#release(worker);
    this.#holders.remove(worker);
    return [lease, this.#jobs.get(lease)];
  }

  /** Puts an expired lease at the head of the queue; settles it if it is complete or tried too often. */
  #retry(lease: string, job: Job, failure: Failure): readonly LeaseEffect[] {
    if (isComplete(job)) return this.#complete(lease, job);
    this.#jobs.set(lease, job);
    if (this.#holders.of(lease).length > 0) return [];
    if (this.#isTriedOut(job)) return [this.#fail(lease, failure)];
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

  #settle({ lease, request: asked }: Holding, result: Result): readonly LeaseEffect[] {
    const before = this.#jobs.get(lease);
    if (!before) return [];
    if (result.kind !== before.request.kind) {
      return [this.#fail(lease, defect(before.request, `a ${result.kind}`))];
    }
    if (result.kind !== 'train') return this.#finish(lease, result);
    const recorded = result.measurements.flatMap((each) => this.#record(lease, each));
    const job = this.#jobs.get(lease) ?? before;
    const rest = remaining(job);
    const tried = new Set(childrenOf(asked).map(({ pathId }) => pathId));
    const missing = rest.find(({ pathId }) => tried.has(pathId));
    if (!missing && rest.length > 0) {
      this.#jobs.set(lease, { ...job, answered: job.answered + 1 });
      if (this.#holders.of(lease).length === 0) this.#queue.putBack(lease);
      return recorded;
    }
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
    return [{ kind: 'done', lease, result }, ...this.#revokeFrom(lease)];
  }

  #fail(lease: string, failure: Failure): LeaseEffect {
    this.#forget(lease);
    return { kind: 'failed', lease, ...failure };
  }

  /** Gives queued leases to idle workers. */
  #grant(): readonly LeaseEffect[] {
    const effects: LeaseEffect[] = [];
    if (this.#isPaused) return effects;
    // Workers that have the data go before those that fetch them.
    for (const isFit of [hasData, canServe]) {
      for (const worker of this.#queue.isEmpty ? [] : this.#holders.idle()) {
        if (this.#queue.isEmpty) break;
        const lease = this.#queue.next((each) => this.#isFor(worker, each, isFit));
        const grant = lease === undefined ? null : this.#give(worker, lease);
        if (grant) effects.push(grant);
      }
    }
    return effects;
  }

  /** Whether a lease may be given to a worker. */
  #isFor(worker: string, lease: string, isFit = canServe): boolean {
    const job = this.#jobs.get(lease);
    return job !== undefined && this.#mayTry(worker, job, isFit);
  }

  #mayTry(worker: string, job: Job, isFit = canServe): boolean {
    return isAttemptable(job, worker) && isFit(this.#offers.get(worker), job.request);
  }

  /** Gives a lease to a worker, as the next attempt. */
  #give(worker: string, lease: string): Extract<LeaseEffect, { kind: 'grant' }> | null {
    const job = this.#jobs.get(lease);
    const request = job ? outstanding(job, worker) : null;
    if (!job || !request) return null;
    const attempt = job.attempt + 1;
    this.#jobs.set(lease, { ...job, attempt });
    const since = this.#now();
    this.#holders.hold(worker, { lease, attempt, owner: job.owner, request, since });
    this.#queue.grant(lease, grantOf({ lease, attempt }));
    return { kind: 'grant', worker, lease, attempt, request };
  }

  /** Takes note that a worker holds nothing any more; returns for how many seconds it held it. */
  #release(worker: string): number {
    const holding = this.#holders.heldBy(worker);
    if (!holding) return 0;
    this.#holders.hold(worker, null);
    const seconds = (this.#now() - holding.since) / 1000;
    this.#queue.charge(grantOf(holding), seconds);
    this.#onReleased({ lease: holding.lease, attempt: holding.attempt, seconds });
    return seconds;
  }

  /** Forgets a request; returns whether it was known. */
  #forget(lease: string): boolean {
    this.#queue.remove(lease);
    this.#unserved.delete(lease);
    return this.#jobs.delete(lease);
  }

  #revokeFrom(lease: string): readonly LeaseEffect[] {
    return this.#holders.of(lease).map((worker) => ({ kind: 'revoke', worker, lease }));
  }

  /** Whether a job was lost too often, or no worker is there that may try it. */
  #isTriedOut(job: Job): boolean {
    if (job.attempt - job.answered >= this.#maxAttempts) return true;
    const workers = this.#holders.active();
    return workers.length > 0 && !workers.some((worker) => this.#mayTry(worker, job));
  }

  #isWorthHelp({ lease, request, since }: Holding): boolean {
    const job = this.#jobs.get(lease);
    if (!job || this.#isTriedOut(job) || this.#holders.of(lease).length > 1) return false;
    return this.#lateness.isLate(request, (this.#now() - since) / 1000);
  }
}

const grantOf = ({ lease, attempt }: Held): string => `${lease}/${attempt}`;
const childrenOf = (request: Request) => (request.kind === 'train' ? request.children : []);
