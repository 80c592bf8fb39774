import type { TrainingLimits } from './experiment.js';
import type { Budget, TaskFacts } from './task.js';

/**
 * The budget of a child's training on a task (method §5).
 *
 * Training takes ⌈min(train, maximum) ÷ batch⌉ batches between validations. A validation covers as
 * many whole batches as its maximum allows; a split smaller than that maximum is covered by equal
 * batches, as many as its size asks for.
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

/** As many batches as fit, at least one: a maximum below the batch size makes a smaller batch. */
function wholeBatches(maximum: number, batchSize: number): Validation {
  const validationBatchSize = Math.min(batchSize, maximum);
  return { validationBatchSize, validationBatches: Math.floor(maximum / validationBatchSize) };
}

function equalBatches(total: number, batchSize: number): Validation {
  const validationBatches = Math.ceil(total / batchSize);
  return { validationBatchSize: Math.floor(total / validationBatches), validationBatches };
}
