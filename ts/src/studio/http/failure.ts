import { type ErrorCode, Mu2NetError } from '../../domain/errors.js';
import { fileErrorOf } from '../../domain/file-error.js';
import type { ErrorDocument } from '../documents/error.js';

/** An error of a request itself. */
export class RequestError extends Error {
  readonly status: number;
  readonly code: string;
  /** Subject of the error, as the fields of `ErrorSubject`. */
  readonly subject: object;

  constructor(status: number, code: string, message: string, subject: object = {}) {
    super(message);
    this.name = 'RequestError';
    this.status = status;
    this.code = code;
    this.subject = subject;
  }
}

const UNKNOWN: readonly ErrorCode[] = [
  'RUN_UNKNOWN',
  'BRANCH_UNKNOWN',
  'TASK_UNKNOWN',
  'PATH_UNKNOWN',
];

/** Returns the status and the document of an error. */
export function failureOf(thrown: unknown): {
  readonly status: number;
  readonly document: ErrorDocument;
} {
  const error = fileErrorOf(thrown) ?? thrown;
  if (error instanceof RequestError) {
    const { status, code, message, subject } = error;
    return { status, document: { error: { code, message, ...subject } } };
  }
  if (error instanceof Mu2NetError) {
    const { code, message, subject } = error;
    const status = UNKNOWN.includes(code) ? 404 : 500;
    return { status, document: { error: { code, message, ...subject } } };
  }
  const message = `${error}; this is a bug in mu2net: please report it`;
  return { status: 500, document: { error: { code: 'INTERNAL', message } } };
}
