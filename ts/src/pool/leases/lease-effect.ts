import type { Measurement, Request, Result, WireErrorCode } from '../../../../protocol/index.js';

/** An action that follows a change of the table; several are done in order. */
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
  /** Workers crashed alike at a child, which is settled so. */
  | {
      readonly kind: 'faulty';
      readonly lease: string;
      readonly pathId: number;
      readonly message: string;
    }
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
export type Failure = Omit<Extract<LeaseEffect, { kind: 'failed' }>, 'kind' | 'lease'>;
