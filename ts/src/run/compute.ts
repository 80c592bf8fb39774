import type { Architecture } from '../domain/architecture.js';
import type { ComponentName, ShapeFacts } from '../domain/component.js';
import { forwardFlops, trainFlops } from '../domain/flops.js';
import type { Budget } from '../domain/task.js';
import { isTrained, type Sampled } from './sampled.js';

/** Floating-point operations of one image's forward pass through a model of these components. */
export function pathFlops(
  names: readonly ComponentName[],
  architecture: Architecture,
  facts: ShapeFacts,
): number {
  return names
    .map((name) => forwardFlops(name, architecture, facts))
    .reduce((sum, flops) => sum + flops, 0);
}

/** Floating-point operations of a child's training and validation with a budget. */
export function childFlops(
  { hyperparameters, components }: Sampled,
  architecture: Architecture,
  budget: Budget,
): number {
  const named = components.map((component) => ({
    name: component.name,
    trainable: isTrained(component),
  }));
  const steps = budget.batchesBetweenValidations * budget.validations;
  const validated = budget.validationBatchSize * budget.validationBatches * budget.validations;
  const names = named.map(({ name }) => name);
  const forward = pathFlops(names, architecture, hyperparameters);
  return (
    trainFlops(named, architecture, hyperparameters) * steps * budget.batchSize +
    forward * validated
  );
}
