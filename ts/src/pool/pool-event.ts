import type { RequestKind } from '../../../protocol/index.js';
import type { LeaseEffect } from './leases/lease-effect.js';

/** An event of a pool's workers; `worker` is the name that the worker gave itself. */
export type PoolEvent =
  | { readonly type: 'joined'; readonly worker: string }
  /** Disconnected, silent for too long, or stuck: another worker gets its lease. */
  | { readonly type: 'lost'; readonly worker: string; readonly reason: string }
  /** Said goodbye. */
  | { readonly type: 'left'; readonly worker: string }
  /** A worker gets a lease that an earlier attempt did not finish, or has not finished yet. */
  | {
      readonly type: 'retried';
      readonly worker: string;
      readonly request: RequestKind;
      /** The task of the request; null if it is not about one. */
      readonly task: string | null;
      readonly attempt: number;
      /** The worker that is late with it, and goes on beside this one; null if it was lost. */
      readonly beside: string | null;
    }
  /** Its request makes no progress, and it will be lost if that goes on. */
  | { readonly type: 'slow'; readonly worker: string; readonly reason: string }
  /** Sent something that breaks the protocol while it held a lease, which is void. */
  | { readonly type: 'malformed'; readonly worker: string; readonly reason: string }
  | { readonly type: 'refused'; readonly message: string }
  /** Something on the socket was not a message of this protocol. */
  | { readonly type: 'dropped'; readonly reason: string };

/** Tells that a lease is given once more; `nameOf` tells the name of a worker. */
export function retriedEvent(
  { worker, request, attempt, beside }: Extract<LeaseEffect, { kind: 'grant' }>,
  nameOf: (peer: string) => string,
): PoolEvent {
  return {
    type: 'retried',
    worker: nameOf(worker),
    request: request.kind,
    task: 'task' in request ? request.task.name : null,
    attempt,
    beside: beside === undefined ? null : nameOf(beside),
  };
}
