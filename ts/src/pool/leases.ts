import type {
  Measurement,
  Request,
  Result,
  WireErrorCode,
  WorkerMessageOf,
} from '../../../protocol/index.js';

/** What has to be done after a change of the table, in order. */
export type LeaseEffect =
  | {
      readonly kind: 'grant';
      readonly worker: string;
      readonly lease: string;
      readonly attempt: number;
      readonly request: Request;
    }
  | { readonly kind: 'revoke'; readonly worker: string; readonly lease: string }
  | { readonly kind: 'measured'; readonly lease: string; readonly measurement: Measurement }
  | { readonly kind: 'done'; readonly lease: string; readonly result: Result }
  | {
      readonly kind: 'failed';
      readonly lease: string;
      readonly code: WireErrorCode | 'SIDECAR_LOST';
      readonly message: string;
    };

/** One attempt at a lease. */
export type Held = Pick<WorkerMessageOf<'done'>, 'lease' | 'attempt'>;

/** A request that is not settled. */
interface Job {
  readonly request: Request;
  /** Attempts granted so far. */
  readonly attempt: number;
  readonly measured: ReadonlyMap<number, Measurement>;
}

/**
 * The queue of requests, and the workers, each with at most one attempt in flight.
 *
 * A request is attempted at least once and settled exactly once. When a worker is lost, its lease
 * expires: another worker gets the request under the next attempt number, up to `maxAttempts`. An
 * answer counts only if it names the attempt that its worker holds. Children that are measured are
 * not asked for again.
 */
export class LeaseTable {
  readonly #maxAttempts: number;
  readonly #jobs = new Map<string, Job>();
  /** Leases that no worker holds, the next first. */
  readonly #queue: string[] = [];
  /** The attempt that each worker holds; a revoked one is settled before its worker answers. */
  readonly #workers = new Map<string, Held | null>();

  constructor(maxAttempts: number) {
    this.#maxAttempts = maxAttempts;
  }

  submit(lease: string, request: Request): readonly LeaseEffect[] {
    this.#jobs.set(lease, { request, attempt: 0, measured: new Map() });
    this.#queue.push(lease);
    return this.#grant();
  }

  /** Forgets a lease. Its worker stays busy until it has answered. */
  revoke(lease: string): readonly LeaseEffect[] {
    if (!this.#jobs.delete(lease)) return [];
    const at = this.#queue.indexOf(lease);
    if (at >= 0) this.#queue.splice(at, 1);
    return [...this.#workers]
      .filter(([, held]) => held?.lease === lease)
      .map(([worker]) => ({ kind: 'revoke', worker, lease }));
  }

  join(worker: string): readonly LeaseEffect[] {
    this.#workers.set(worker, null);
    return this.#grant();
  }

  /** Removes a worker and expires its lease. `reason` completes the sentence "…, because <reason>". */
  lose(worker: string, reason: string): readonly LeaseEffect[] {
    const held = this.#workers.get(worker);
    this.#workers.delete(worker);
    const job = held && this.#jobs.get(held.lease);
    if (!held || !job) return [];
    const { lease } = held;
    if (isComplete(job)) return [this.#complete(lease, job)];
    if (job.attempt < this.#maxAttempts) {
      this.#queue.unshift(lease);
      return this.#grant();
    }
    return [
      this.#fail(
        lease,
        'SIDECAR_LOST',
        `${describe(job.request)}: lost its worker ${job.attempt} times, the last time because ${reason}; look into the sidecar's log, then resume the run`,
      ),
    ];
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
    this.#workers.set(worker, null);
    return [...this.#settle(held.lease, result), ...this.#grant()];
  }

  failed(worker: string, held: Held, code: WireErrorCode, message: string): readonly LeaseEffect[] {
    if (!this.#isHeld(worker, held)) return [];
    this.#workers.set(worker, null);
    const awaited = this.#jobs.has(held.lease);
    return [...(awaited ? [this.#fail(held.lease, code, message)] : []), ...this.#grant()];
  }

  #isHeld(worker: string, { lease, attempt }: Held): boolean {
    const held = this.#workers.get(worker);
    return held != null && held.lease === lease && held.attempt === attempt;
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
      return [this.#fail(lease, 'SIDECAR_FAILED', defect(before.request, `a ${result.kind}`))];
    }
    if (result.kind !== 'train') {
      this.#jobs.delete(lease);
      return [{ kind: 'done', lease, result }];
    }
    const recorded = result.measurements.flatMap((each) => this.#record(lease, each));
    const job = this.#jobs.get(lease) ?? before;
    const [missing] = remaining(job);
    if (missing) {
      const answer = `no measurement of path ${missing.pathId}`;
      return [...recorded, this.#fail(lease, 'SIDECAR_FAILED', defect(job.request, answer))];
    }
    return [...recorded, this.#complete(lease, job)];
  }

  /** Settles a train request all of whose children are measured. */
  #complete(lease: string, { request, measured }: Job): LeaseEffect {
    this.#jobs.delete(lease);
    const children = request.kind === 'train' ? request.children : [];
    const measurements = children.flatMap(({ pathId }) => measured.get(pathId) ?? []);
    return { kind: 'done', lease, result: { kind: 'train', measurements } };
  }

  #fail(lease: string, code: WireErrorCode | 'SIDECAR_LOST', message: string): LeaseEffect {
    this.#jobs.delete(lease);
    return { kind: 'failed', lease, code, message };
  }

  /** Gives queued leases to idle workers. */
  #grant(): readonly LeaseEffect[] {
    const effects: LeaseEffect[] = [];
    for (const [worker, held] of this.#workers) {
      if (held) continue;
      const lease = this.#queue.shift();
      const job = lease !== undefined && this.#jobs.get(lease);
      if (!job) break;
      const attempt = job.attempt + 1;
      this.#jobs.set(lease, { ...job, attempt });
      this.#workers.set(worker, { lease, attempt });
      effects.push({ kind: 'grant', worker, lease, attempt, request: outstanding(job) });
    }
    return effects;
  }
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

function defect(request: Request, answer: string): string {
  return `${describe(request)}: the sidecar answered with ${answer}; this is a defect of mu2net; please report it with the sidecar's log`;
}
