import { Mu2NetError } from '../domain/errors.js';
import { type Address, runNameOf } from '../state/runs.js';

/** Makes the error that refuses what was asked of a branch. */
export type RefuseBranch = (why: string) => Mu2NetError;

/** Returns what refuses a change of a branch. */
export function refusalOf(address: Address): RefuseBranch {
  const subject = { run: runNameOf(address), branch: address.branch };
  return (why) => new Mu2NetError('BRANCH_REFUSED', why, subject);
}
