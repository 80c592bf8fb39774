import { Mu2NetError } from '../domain/errors.js';

/** Returns the error of a request that its caller, or the closing of the pool, has cancelled. */
export function cancelledError(request: string): Mu2NetError {
  return new Mu2NetError('CANCELLED', `${request} was cancelled; resume the run to go on`);
}
