import { Mu2NetError } from '../domain/errors.js';
import type { LeaseEffect } from './leases/lease-effect.js';
import type { ExecuteOptions, Fault } from './pool.js';

/** Returns the error of a request that its caller, or the closing of the pool, has cancelled. */
export function cancelledError(request: string): Mu2NetError {
  return new Mu2NetError('CANCELLED', `${request} was cancelled; resume the run to go on`);
}

/** Returns the error of a request that failed; `nameOf` tells the name of a worker. */
export function errorOf(
  { code, message, worker }: Extract<LeaseEffect, { kind: 'failed' }>,
  nameOf: (peer: string) => string,
): Mu2NetError {
  return new Mu2NetError(code, message, worker === undefined ? {} : { worker: nameOf(worker) });
}

/** Tells a caller that workers crashed at a child. @throws Mu2NetError if it does not want to know. */
export function tellFault(
  { onFaulty }: Pick<ExecuteOptions, 'onFaulty'>,
  { pathId, message }: Fault,
): void {
  if (!onFaulty) throw new Mu2NetError('SIDECAR_FAILED', `path ${pathId}: ${message}`);
  onFaulty({ pathId, message });
}

/** Tells a worker that it was evicted. */
export const evictedText = (worker: string): string =>
  `worker ${worker} was evicted from this pool; 'npx mu2net pool admit ${worker}' lets it return`;
