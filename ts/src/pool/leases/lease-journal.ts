import type { Measurement, Request, WorkContext } from '../../../../protocol/index.js';
import { type Span, type Tracing, UNTRACED } from '../../tracing/tracing.js';
import type { BrokerPoolOptions } from '../broker-options.js';
import type { Release } from './accounting.js';
import type { Owner } from './fair-queue.js';
import type { Held } from './holders.js';
import type { LeaseEffect } from './lease-effect.js';
import type { LeaseEvent, LeaseSubject } from './lease-event.js';

interface Entry {
  readonly subject: LeaseSubject;
  readonly request: Request;
  readonly context: WorkContext | undefined;
  /** When it was asked for, in milliseconds. */
  readonly since: number;
}

/** A lease that a worker holds. */
interface Attempt {
  readonly subject: LeaseSubject;
  readonly worker: string;
  readonly span: Span;
}

/** Tells what happens to the requests of a pool, with what each of them belongs to. */
export class LeaseJournal {
  readonly #tell: (event: LeaseEvent) => void;
  readonly #now: () => number;
  readonly #open = new Map<string, Entry>();
  /** Attempts that workers hold; a worker may hold one longer than the request is open. */
  readonly #attempts = new Map<string, Attempt>();
  readonly #tracing: Tracing;

  constructor({
    onLease = () => {},
    tracing = UNTRACED,
    now = () => performance.now(),
  }: Pick<BrokerPoolOptions, 'onLease' | 'tracing'> & { readonly now?: () => number } = {}) {
    this.#tell = onLease;
    this.#tracing = tracing;
    this.#now = now;
  }

  /** Takes note of a new request. */
  add(lease: string, request: Request, owner: Owner, context: WorkContext | undefined): void {
    const task = 'task' in request ? request.task.name : null;
    const run = context?.run ?? null;
    const subject = { lease, owner: owner.id, run, request: request.kind, task };
    this.#open.set(lease, { subject, request, context, since: this.#now() });
    this.#tell({ type: 'queued', ...subject });
  }

  /** Returns the run of an attempt, if its controller has told it, and the nearest span. */
  contextOf(attempt: Held): WorkContext | undefined {
    const context = this.#open.get(attempt.lease)?.context;
    const traceparent = this.#attempts.get(keyOf(attempt))?.span.traceparent;
    if (!traceparent) return context;
    return { run: context?.run ?? null, traceparent };
  }

  /**
   * Takes note of a change of the lease table.
   * @param nameOf tells the name of a worker.
   * @param answering name of the worker whose message caused it.
   */
  note(effect: LeaseEffect, nameOf: (peer: string) => string, answering: string): void {
    const entry = this.#open.get(effect.lease);
    if (!entry) return;
    const { subject, request, since } = entry;
    const seconds = (this.#now() - since) / 1000;
    switch (effect.kind) {
      case 'grant': {
        const { attempt, beside } = effect;
        const worker = nameOf(effect.worker);
        const { lease, run, request: kind, task } = subject;
        const children = childrenOf(effect.request);
        const attributes = { lease, run, request: kind, task, worker, attempt, children };
        const parent = entry.context?.traceparent ?? null;
        const span = this.#tracing.start('lease', attributes, parent);
        this.#attempts.set(keyOf(effect), { subject, worker, span });
        this.#tell({
          type: 'granted',
          ...subject,
          worker,
          attempt,
          children,
          beside: beside === undefined ? null : nameOf(beside),
        });
        break;
      }
      case 'measured':
        this.#tell({ ...measuredEvent(subject, request, effect.measurement), worker: answering });
        break;
      case 'done':
        this.#open.delete(effect.lease);
        this.#tell({ type: 'done', ...subject, seconds });
        break;
      case 'failed':
        this.#open.delete(effect.lease);
        this.#tell({
          ...{ type: 'failed', ...subject, seconds },
          ...{ code: effect.code, message: effect.message },
        });
        break;
    }
  }

  /** Takes note that a worker no longer holds a lease. */
  release({ lease, attempt, seconds }: Release): void {
    const key = keyOf({ lease, attempt });
    const held = this.#attempts.get(key);
    this.#attempts.delete(key);
    if (!held) return;
    const { subject, worker, span } = held;
    span.end();
    this.#tell({ type: 'released', ...subject, worker, attempt, seconds });
  }

  /** Takes note that nobody waits for a request any more. */
  cancel(lease: string): void {
    const entry = this.#open.get(lease);
    if (!entry) return;
    this.#open.delete(lease);
    const seconds = (this.#now() - entry.since) / 1000;
    this.#tell({ type: 'cancelled', ...entry.subject, seconds });
  }
}

const keyOf = ({ lease, attempt }: Held): string => `${lease}/${attempt}`;

const childrenOf = (request: Request): readonly number[] =>
  request.kind === 'train' ? request.children.map(({ pathId }) => pathId) : [];

function measuredEvent(subject: LeaseSubject, request: Request, measurement: Measurement) {
  const { pathId: child, kind: outcome } = measurement;
  const isTrained = measurement.kind === 'trained';
  const trainSeconds = isTrained ? measurement.trainSeconds : null;
  const images = isTrained ? imagesOf(request) : null;
  return { type: 'measured', ...subject, child, outcome, trainSeconds, images } as const;
}

/** Returns the number of images that each child of a request is trained on. */
function imagesOf(request: Request): number | null {
  if (request.kind !== 'train') return null;
  const { batchSize, batchesBetweenValidations, validations } = request.budget;
  return batchSize * batchesBetweenValidations * validations;
}
