import { type ErrorCode, Mu2NetError } from '../domain/errors.js';

/** Codes of answers that are errors, each with its HTTP status; clients may match on them. */
export const REFUSALS = {
  REQUEST_INVALID: 400,
  UNAUTHORIZED: 401,
  NOT_FOUND: 404,
  METHOD_NOT_ALLOWED: 405,
  BODY_TOO_LARGE: 413,
  MEDIA_TYPE_UNKNOWN: 415,
  TASK_UNKNOWN: 422,
  IMAGE_UNDECODABLE: 422,
  QUEUE_FULL: 429,
  SIDECAR_FAILED: 500,
  NOT_READY: 503,
  CLOSING: 503,
  TIMED_OUT: 503,
  SIDECAR_LOST: 503,
} as const;

/** The code of an answer that is an error. */
export type RefusalCode = keyof typeof REFUSALS;

/** When a client should try again, in seconds, after an error that is not its fault. */
const RETRY_AFTER: { readonly [C in RefusalCode]?: number } = {
  QUEUE_FULL: 1,
  NOT_READY: 5,
  CLOSING: 5,
  TIMED_OUT: 5,
  SIDECAR_LOST: 5,
};

/** Why a request gets no prediction: a stable code, and one line for a person. */
export class Refusal extends Error {
  override readonly name = 'Refusal';
  readonly code: RefusalCode;

  constructor(code: RefusalCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }

  get status() {
    return REFUSALS[this.code];
  }

  /** Seconds after which to try again; undefined if that would not help. */
  get retryAfter(): number | undefined {
    return RETRY_AFTER[this.code];
  }
}

/** Errors of a pool after which another attempt may succeed. */
const PASSING: readonly ErrorCode[] = ['SIDECAR_LOST', 'POOL_AWAY', 'CANCELLED'];

/** Returns what a client is told of an error. */
export function refusalOf(error: unknown): Refusal {
  if (error instanceof Refusal) return error;
  const message = error instanceof Error ? error.message : String(error);
  if (error instanceof Mu2NetError && PASSING.includes(error.code)) {
    return new Refusal('SIDECAR_LOST', message, { cause: error });
  }
  return new Refusal('SIDECAR_FAILED', message, { cause: error });
}
