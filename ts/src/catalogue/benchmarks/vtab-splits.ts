import type { Splits } from '../../domain/task.js';

/** The splits of a data set in VTAB (google-research/task_adaptation). */
export interface VtabSplits {
  readonly full: Splits;
  /** 800 examples to train on, 200 to validate, the whole test split. */
  readonly thousand: Splits;
}

function cut(full: Splits, validation200: string): VtabSplits {
  return { full, thousand: { train: 'train[:800]', validation: validation200, test: full.test } };
}

/** The data set's own splits. */
export const OWN_SPLITS = cut(
  { train: 'train', validation: 'validation', test: 'test' },
  'validation[:200]',
);

/** Validation and test are halves of the test split. */
export const HALVED_TEST = cut(
  { train: 'train', validation: 'test[:50%]', test: 'test[50%:]' },
  'test[:200]',
);

const part = (percent: number, size: number) => Math.floor((percent * size) / 100);

/** The first `percent` of train trains, the rest validates. */
export function heldOut(percent: number, size: number, test = 'test'): VtabSplits {
  const at = part(percent, size);
  const full = { train: `train[:${at}]`, validation: `train[${at}:]`, test };
  return cut(full, `train[${at}:${at + 200}]`);
}

/** Train, validation and test, cut in this order from the only split. */
export function inThree(train: number, validation: number, size: number): VtabSplits {
  const at = part(train, size);
  const end = at + part(validation, size);
  const full = {
    train: `train[:${at}]`,
    validation: `train[${at}:${end}]`,
    test: `train[${end}:]`,
  };
  return cut(full, `train[${at}:${at + 200}]`);
}
