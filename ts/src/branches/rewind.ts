import { isDeepStrictEqual } from 'node:util';
import { withRunLock } from '../state/lock/with-run-lock.js';
import { Ledger } from '../state/record/ledger.js';
import { currentExperiment } from '../state/record/recall.js';
import type { Address } from '../state/runs.js';
import { nameBefore } from './adopt.js';
import { checkSystem } from './branch.js';
import { pointOf } from './point.js';
import { refusalOf } from './refusal.js';

/**
 * Makes a branch continue from an earlier point of its own history, for example because a worker
 * reported forged results after it. Measurements after the point, also those of children whose
 * generation is not committed, do not count any more. The history itself is kept as another branch.
 *
 * @param to The point, as `BranchOptions.at` names it.
 * @returns the branch that keeps what this one was, such as `main-before-rewind`.
 * @throws Mu2NetError BRANCH_REFUSED when there is nothing after the point, or weights of the point
 *   are deleted; RUN_LOCKED
 */
export function rewindBranch(address: Address, to: string): string {
  const { branch } = address;
  const refuse = refusalOf(address);
  return withRunLock(address, (ledger) => {
    const point = pointOf(ledger, to, refuse);
    if (isDeepStrictEqual(point, ledger.head()) && ledger.pendingMeasurements().length === 0) {
      throw refuse(`${branch} is at ${to}, and nothing was measured after it`);
    }
    const there = Ledger.read(address, point);
    try {
      const { experiment, firstIteration } = currentExperiment(there);
      checkSystem(ledger, there, experiment, refuse);
      const kept = nameBefore(ledger, branch, 'rewind');
      const beginning = { kind: 'branched', from: kept } as const;
      const createdAt = new Date();
      ledger.fork({ name: branch, kept, point, beginning, experiment, firstIteration, createdAt });
      return kept;
    } finally {
      there.close();
    }
  });
}
