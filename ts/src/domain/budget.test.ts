import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { budgetOf } from './budget.js';

const limits = {
  batchSize: 512,
  maxTrainExamplesBetweenValidations: 51_200,
  validationsPerChild: 4,
  maxValidationExamples: 5_120,
};
const facts = (train: number, validation: number) => ({ examples: { train, validation, test: 1 } });

describe('budgetOf', () => {
  it.each([
    ['large splits have the published budget of ti0-cmaterdb', 57_000, 10_000, 100, 512, 10],
    ['a small train split is used once, and its last batch is filled', 1_258, 10_000, 3, 512, 10],
    ['a validation split equal to the maximum', 57_000, 5_120, 100, 512, 10],
    ['a smaller validation split makes equal batches', 57_000, 3_000, 100, 500, 6],
    ['a validation split below the batch size makes one batch', 57_000, 180, 100, 180, 1],
    ['an uneven division leaves examples unused', 57_000, 1_025, 100, 341, 3],
  ])('%s', (_, train, validation, batches, validationBatchSize, validationBatches) => {
    expect(budgetOf(limits, facts(train, validation))).toEqual({
      batchSize: 512,
      batchesBetweenValidations: batches,
      validations: 4,
      validationBatchSize,
      validationBatches,
    });
  });

  it('makes one batch when the validation maximum is below the batch size', () => {
    const budget = budgetOf({ ...limits, maxValidationExamples: 100 }, facts(57_000, 10_000));
    expect(budget).toMatchObject({ validationBatchSize: 100, validationBatches: 1 });
  });

  it('keeps to its limits and leaves less than one batch unused', () => {
    const size = fc.integer({ min: 1, max: 100_000 });
    fc.assert(
      fc.property(
        size,
        size,
        size,
        size,
        size,
        (batch, maxTrain, maxValidation, train, validation) => {
          const budget = budgetOf(
            {
              batchSize: batch,
              maxTrainExamplesBetweenValidations: maxTrain,
              validationsPerChild: 2,
              maxValidationExamples: maxValidation,
            },
            facts(train, validation),
          );
          const trained = budget.batchesBetweenValidations * batch;
          expect(trained).toBeGreaterThanOrEqual(Math.min(train, maxTrain));
          expect(trained - batch).toBeLessThan(Math.min(train, maxTrain));

          const { validationBatchSize, validationBatches } = budget;
          const validated = validationBatchSize * validationBatches;
          const available = Math.min(validation, maxValidation);
          expect(validationBatchSize).toBeGreaterThanOrEqual(1);
          expect(validationBatchSize).toBeLessThanOrEqual(batch);
          expect(validated).toBeLessThanOrEqual(available);
          const unused = available - validated;
          expect(unused).toBeLessThan(Math.max(validationBatchSize, validationBatches));
        },
      ),
    );
  });
});
