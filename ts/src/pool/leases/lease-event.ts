import type { RequestKind } from '../../../../protocol/index.js';

/** Which request something happens to. */
export interface LeaseSubject {
  readonly lease: string;
  /** Who asked for it: the id of an owner. */
  readonly owner: string;
  /** The run that it is for; null if that is not known. */
  readonly run: string | null;
  readonly request: RequestKind;
  /** Its task; null if it is not about one. */
  readonly task: string | null;
}

/** An event of a request in a pool, from its arrival to its answer. */
export type LeaseEvent = LeaseSubject &
  (
    | { readonly type: 'queued' }
    /** A worker holds it from now on, for the n-th attempt. */
    | {
        readonly type: 'granted';
        readonly worker: string;
        readonly attempt: number;
        /** Paths of the children that it trains. */
        readonly children: readonly number[];
        /** The worker that is late with it, and goes on beside this one. */
        readonly beside: string | null;
      }
    | {
        readonly type: 'measured';
        readonly worker: string;
        /** The path of the child. */
        readonly child: number;
        readonly outcome: 'trained' | 'diverged';
        readonly trainSeconds: number | null;
        /** Images that it was trained on; null if it did not train to the end. */
        readonly images: number | null;
      }
    /** A worker no longer holds it, whatever came of the attempt. */
    | {
        readonly type: 'released';
        readonly worker: string;
        readonly attempt: number;
        readonly seconds: number;
      }
    | { readonly type: 'done'; readonly seconds: number }
    | {
        readonly type: 'failed';
        readonly seconds: number;
        readonly code: string;
        readonly message: string;
      }
    | { readonly type: 'cancelled'; readonly seconds: number }
  );
