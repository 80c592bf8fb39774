import type { BaselineRecord, EvaluationRecord } from '../state/record/records.js';
import { disagreement } from './disagreement.js';
import { tango, wilson } from './interval.js';

/**
 * Whether a model is better than its baselines by a 95 % interval. The most frequent class is
 * compared with the interval of the model's accuracy. So is the linear classifier, unless both
 * records have the outcome of each image; then it is the interval of the difference on the same
 * images, which is narrower.
 */
export function isBetterThanBaseline(
  test: Pick<EvaluationRecord, 'correct' | 'total' | 'outcomes'>,
  { majority, probe, total, outcomes }: BaselineRecord,
): boolean {
  const [low] = wilson(test);
  if (!test.outcomes || !outcomes || test.total !== total) {
    return low > Math.max(majority, probe) / total;
  }
  const only = disagreement(outcomes, test.outcomes);
  return low > majority / total && tango(only, total)[0] > 0;
}
