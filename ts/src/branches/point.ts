import type { Ledger } from '../state/record/ledger.js';
import type { Point } from '../state/record/records.js';
import type { RefuseBranch } from './refusal.js';

/**
 * Finds the point of a branch's history that a text names. The name of a task is the point when the
 * task was last learned, `3` the end of the third task iteration, and `3.2` two generations after
 * that.
 *
 * @throws Mu2NetError BRANCH_REFUSED when the history has no such point.
 */
export function pointOf(ledger: Ledger, at: string, refuse: RefuseBranch): Point {
  const iterations = ledger.iterations();
  const learned = iterations.findLast(({ task }) => task === at);
  if (learned) return ledger.pointAt(learned.id + 1, 0);
  const [, ended, committed = '0'] = /^(\d+)(?:\.(\d+))?$/.exec(at) ?? [];
  const refusePoint = (why: string) =>
    refuse(`the point ${at}: ${why}; 'npx mu2net log' shows the history`);
  if (ended === undefined) {
    throw refusePoint(
      'neither a learned task, nor a number of task iterations such as 3, nor one with generations such as 3.2',
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
