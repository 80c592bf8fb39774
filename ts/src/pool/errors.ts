import { Mu2NetError } from '../domain/errors.js';

/** The error of a request that was cancelled, by its caller or by closing the pool. */
export function cancelled(request: string): Mu2NetError {
  return new Mu2NetError('CANCELLED', `${request} was cancelled; resume the run to go on`);
}
