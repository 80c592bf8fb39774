import type { Ledger } from '../state/ledger.js';
import type { Point } from '../state/records.js';
import type { RefuseBranch } from './refusal.js';

/**
 * Finds the point of a branch's history that a text names. A task: when it was last learned. `3`: when
 * three task iterations had ended. `3.2`: two generations later.
 *
 * @throws Mu2NetError BRANCH_REFUSED when the history has no such point.
 */
export function pointOf(ledger: Ledger, at: string, refuse: RefuseBranch): Point {
  const iterations = ledger.iterations();
  const learned = iterations.findLast(({ task }) => task === at);
  if (learned) return ledger.pointAt(learned.id + 1, 0);
  const [, ended, committed = '0'] = /^(\d+)(?:\.(\d+))?$/.exec(at) ?? [];
  const refusePoint = (why: string) =>
    refuse(`--at ${at}: ${why}; 'npx mu2net log' shows the history`);
  if (ended === undefined) {
    throw refusePoint(
      'neither a task that was learned, nor task iterations such as 3, nor 3.2 for two generations more',
    );
  }
  const [iteration, generation] = [Number(ended), Number(committed)];
  if (iteration > iterations.length) {
    throw refusePoint(`only ${iterations.length} task iterations have ended`);
  }
  const generations = ledger.generations(iteration).length;
  if (generation > generations) {
    throw refusePoint(`the next task iteration has only ${generations} generations`);
  }
  return ledger.pointAt(iteration, generation);
}
