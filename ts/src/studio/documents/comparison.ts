import type { Comparison } from '../../views/compare.js';
import type { SystemDifference } from '../../views/diff.js';

/** `/api/compare?run=<first>&run=<other>…`: systems, task by task, compared with the first one. */
export interface ComparisonDocument {
  readonly comparison: Comparison;
  /** From the first to each other system, in order: settings, models, components. */
  readonly differences: readonly SystemDifference[];
}
