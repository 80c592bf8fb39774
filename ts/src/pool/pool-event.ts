import type { RequestKind } from '../../../protocol/index.js';

/** What happens to the workers of a pool; `worker` is the name that the worker gave itself. */
export type PoolEvent =
  | { readonly type: 'joined'; readonly worker: string }
  /** Disconnected, silent for too long, or stuck: another worker gets its lease. */
  | { readonly type: 'lost'; readonly worker: string; readonly reason: string }
  /** Said goodbye. */
  | { readonly type: 'left'; readonly worker: string }
  /** A worker gets a lease that an earlier attempt did not finish. */
  | {
      readonly type: 'retried';
      readonly worker: string;
      readonly request: RequestKind;
      /** The task of the request; null if it is not about one. */
      readonly task: string | null;
      readonly attempt: number;
    }
  /** Its request makes no progress, and it will be lost if that goes on. */
  | { readonly type: 'slow'; readonly worker: string; readonly reason: string }
  /** Sent something that breaks the protocol while it held a lease, which is void. */
  | { readonly type: 'malformed'; readonly worker: string; readonly reason: string }
  | { readonly type: 'refused'; readonly message: string }
  /** Something on the socket was not a message of this protocol. */
  | { readonly type: 'dropped'; readonly reason: string };
