import type { ErrorSubject } from '../../domain/errors.js';

/** The document of every request that failed; the status is 400, 401, 403, 404 or 500. */
export interface ErrorDocument {
  /** A stable code, one line for people, and the subject. */
  readonly error: { readonly code: string; readonly message: string } & ErrorSubject;
}
