import type { ChildRequest, Measurement, Request, Result } from '../../../../protocol/index.js';

/** A request that is not settled. */
export interface Job {
  readonly request: Request;
  readonly owner: string;
  /** Attempts granted so far. */
  readonly attempt: number;
  /** How many of them ended with an answer, and so do not count as lost. */
  readonly answered: number;
  readonly measured: ReadonlyMap<number, Measurement>;
  /** How many of them ended with a message that breaks the protocol. */
  readonly malformed: number;
  /** Reasons of the workers that do not have the data, by worker. */
  readonly refusals: ReadonlyMap<string, string>;
  /** Whether an attempt at several children crashed, so that each is attempted by itself. */
  readonly isSplit: boolean;
  /** Messages of the workers that crashed at a child, by the child and the worker. */
  readonly crashes: ReadonlyMap<number, ReadonlyMap<string, string>>;
  /** Children at which workers crashed alike: nobody tries them again. */
  readonly faulty: ReadonlySet<number>;
}

/** Returns the job of a request that nobody has attempted. */
export function jobOf(request: Request, owner: string): Job {
  return {
    ...{ request, owner, attempt: 0, answered: 0, malformed: 0, isSplit: false },
    ...{ measured: new Map(), refusals: new Map(), crashes: new Map(), faulty: new Set() },
  };
}

/** Returns the children of a job that are neither measured nor faulty. */
export function remaining({ request, measured, faulty }: Job): readonly ChildRequest[] {
  if (request.kind !== 'train') return [];
  return request.children.filter(({ pathId }) => !measured.has(pathId) && !faulty.has(pathId));
}

/** Whether all children of a job are settled. */
export function isComplete(job: Job): boolean {
  return job.request.kind === 'train' && remaining(job).length === 0;
}

/** Whether a worker may attempt a job: it did not refuse it, nor crash at all of its children. */
export function isAttemptable(job: Job, worker: string): boolean {
  if (job.refusals.has(worker)) return false;
  if (!job.isSplit) return true;
  return remaining(job).some(({ pathId }) => !job.crashes.get(pathId)?.has(worker));
}

/**
 * Returns the next request to a worker: the job's request without the children that are settled. If
 * the job is split, only the child at which the fewest workers crashed is left; null if this worker
 * has crashed at all of them.
 */
export function outstanding(job: Job, worker: string): Request | null {
  const { request, isSplit, crashes } = job;
  if (request.kind !== 'train') return request;
  const rest = remaining(job);
  if (!isSplit) return { ...request, children: [...rest] };
  const crashesAt = ({ pathId }: ChildRequest) => crashes.get(pathId)?.size ?? 0;
  const [next] = rest
    .filter(({ pathId }) => !crashes.get(pathId)?.has(worker))
    .toSorted((a, b) => crashesAt(a) - crashesAt(b));
  return next ? { ...request, children: [next] } : null;
}

/** Returns a job after a worker crashed at some of its children. */
export function afterCrash(
  job: Job,
  children: readonly ChildRequest[],
  worker: string,
  message: string,
): Job {
  const answered = job.answered + 1;
  const [child] = children;
  if (!child || children.length > 1) return { ...job, answered, isSplit: true };
  const before = job.crashes.get(child.pathId) ?? new Map<string, string>();
  const isRepeated = [...before].some(([other, said]) => other !== worker && said === message);
  const crashes = new Map(job.crashes).set(child.pathId, new Map(before).set(worker, message));
  const faulty = isRepeated ? new Set(job.faulty).add(child.pathId) : job.faulty;
  return { ...job, answered, isSplit: true, crashes, faulty };
}

/** Returns a job that a worker refused because it does not have the data. */
export function afterRefusal(job: Job, worker: string, message: string): Job {
  const refusals = new Map(job.refusals).set(worker, message);
  return { ...job, answered: job.answered + 1, refusals };
}

/** Returns the part of a request that an answer is about: the children of this attempt. */
export function answeredPart(request: Request, result: Result): Request {
  if (request.kind !== 'train' || result.kind !== 'train') return request;
  const answered = new Set(result.measurements.map(({ pathId }) => pathId));
  return { ...request, children: request.children.filter(({ pathId }) => answered.has(pathId)) };
}

/** Names a request for people. */
export function describe(request: Request): string {
  return 'task' in request ? `${request.kind} ${request.task.name}` : request.kind;
}
