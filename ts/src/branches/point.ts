import { Mu2NetError } from '../domain/errors.js';
import type { Ledger } from '../state/ledger.js';
import type { Point } from '../state/records.js';

/**
 * A point of a branch's history in words: a task, for when it was last learned; `3`, for when three
 * task iterations had ended; `3.2`, for two generations later.
 *
 * @throws Mu2NetError BRANCH_REFUSED when the history has no such point.
 */
export function pointOf(ledger: Ledger, at: string): Point {
  const iterations = ledger.iterations();
  const learned = iterations.findLast(({ task }) => task === at);
  if (learned) return ledger.pointAt(learned.id + 1, 0);
  const [, ended, committed = '0'] = /^(\d+)(?:\.(\d+))?$/.exec(at) ?? [];
  const refuse = (why: string) =>
    new Mu2NetError('BRANCH_REFUSED', `--at ${at}: ${why}; 'mu2net log' shows the history`);
  if (ended === undefined) {
    throw refuse(
      'neither a task that was learned, nor task iterations such as 3, nor 3.2 for two generations more',
    );
  }
  const [iteration, generation] = [Number(ended), Number(committed)];
  if (iteration > iterations.length) {
    throw refuse(`only ${iterations.length} task iterations have ended`);
  }
  const generations = ledger.generations(iteration).length;
  if (generation > generations) {
    throw refuse(`the next task iteration has only ${generations} generations`);
  }
  return ledger.pointAt(iteration, generation);
}
