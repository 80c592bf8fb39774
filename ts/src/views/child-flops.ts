import type { Architecture } from '../domain/architecture.js';
import { pathFlops, trainFlops } from '../domain/flops.js';
import type { Budget } from '../domain/task.js';
import { type ChildWork, isTrained } from '../state/record/records.js';

/** Counts the floating-point operations of a child's training and validation under a budget. */
export function childFlops(
  { hyperparameters, components }: Pick<ChildWork, 'hyperparameters' | 'components'>,
  architecture: Architecture,
  budget: Budget,
): number {
  const named = components.map((component) => ({
    name: component.name,
    trainable: isTrained(component),
  }));
  const steps = budget.batchesBetweenValidations * budget.validations;
  const validated = budget.validationBatchSize * budget.validationBatches * budget.validations;
  const forward = pathFlops(hyperparameters, architecture);
  return (
    trainFlops(named, architecture, hyperparameters) * steps * budget.batchSize +
    forward * validated
  );
}
