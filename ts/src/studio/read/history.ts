import type { Ledger } from '../../state/record/ledger.js';
import { currentExperiment } from '../../state/record/recall.js';

/**
 * Names the history of a branch: equal names promise that the later reading only adds to the
 * earlier one. A branch that is rewound or adopts another one gets a new experiment.
 */
export function historyNameOf(ledger: Ledger): string {
  const { id, createdAt } = currentExperiment(ledger);
  return `${id}@${createdAt}`;
}
