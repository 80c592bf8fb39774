import type { TrainingLimits } from './experiment.js';
import type { Budget, TaskFacts } from './task.js';

/**
 * Returns the training budget of a child on a task, in batches (method §5).
 *
 * Training takes ⌈min(train, maximum) ÷ batch⌉ batches between validations. A validation uses as
 * many whole batches as its maximum allows. If the split is smaller than that maximum, the
 * validation divides it into ⌈split ÷ batch⌉ equal batches.
 */
export function budgetOf(
  limits: TrainingLimits,
  { examples }: Pick<TaskFacts, 'examples'>,
): Budget {
  const { batchSize, maxTrainExamplesBetweenValidations, maxValidationExamples } = limits;
  return {
    batchSize,
    batchesBetweenValidations: Math.ceil(
      Math.min(examples.train, maxTrainExamplesBetweenValidations) / batchSize,
    ),
    validations: limits.validationsPerChild,
    ...(maxValidationExamples <= examples.validation
      ? wholeBatches(maxValidationExamples, batchSize)
      : equalBatches(examples.validation, batchSize)),
  };
}

type Validation = Pick<Budget, 'validationBatchSize' | 'validationBatches'>;

/** Fits whole batches into `maximum`; a maximum below the batch size gives one smaller batch. */
function wholeBatches(maximum: number, batchSize: number): Validation {
  const validationBatchSize = Math.min(batchSize, maximum);
  return { validationBatchSize, validationBatches: Math.floor(maximum / validationBatchSize) };
}

/** Divides `total` examples into batches of equal size; the remainder stays unused. */
function equalBatches(total: number, batchSize: number): Validation {
  const validationBatches = Math.ceil(total / batchSize);
  return { validationBatchSize: Math.floor(total / validationBatches), validationBatches };
}
