import { Mu2NetError } from '../domain/errors.js';
import { type Address, runNameOf } from '../state/runs.js';

/** Creates the error of a refused operation on a branch. */
export type RefuseBranch = (why: string) => Mu2NetError;

/** Returns a function that creates the errors of refused changes of a branch. */
export function refusalOf(address: Address): RefuseBranch {
  const subject = { run: runNameOf(address), branch: address.branch };
  return (why) => new Mu2NetError('BRANCH_REFUSED', why, subject);
}
