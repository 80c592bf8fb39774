import type { Splits } from '../domain/task.js';

/** Names that a validation split may have. */
const VALIDATION = ['validation', 'val'];

/**
 * Chooses the splits of data from the names of its base splits (method §8, "any other"): its own
 * test and validation; for each missing one the next 5 % of train, test first; the rest of train
 * trains. Data in one piece, `all`, is cut 80 : 10 : 10.
 *
 * Returns undefined when there is nothing to train on.
 */
export function defaultSplits(baseSplits: readonly string[]): Splits | undefined {
  if (!baseSplits.includes('train')) {
    if (!baseSplits.includes('all')) return undefined;
    return { train: 'all[:80%]', validation: 'all[80%:90%]', test: 'all[90%:]' };
  }
  let taken = 0;
  const nextOfTrain = () => {
    const from = taken === 0 ? '' : `${taken}%`;
    taken += 5;
    return `train[${from}:${taken}%]`;
  };
  const test = baseSplits.includes('test') ? 'test' : nextOfTrain();
  const validation = VALIDATION.find((name) => baseSplits.includes(name)) ?? nextOfTrain();
  return { train: taken === 0 ? 'train' : `train[${taken}%:]`, validation, test };
}

/** Validation and test are halves of the validation split, because the test split has no labels. */
export const HALVED_VALIDATION: Splits = {
  train: 'train',
  validation: 'validation[:50%]',
  test: 'validation[50%:]',
};

/** The first 5 % of the only split are the test split, the next 5 % the validation split. */
export const tenthOf = (split: string): Splits => ({
  train: `${split}[10%:]`,
  validation: `${split}[5%:10%]`,
  test: `${split}[:5%]`,
});
