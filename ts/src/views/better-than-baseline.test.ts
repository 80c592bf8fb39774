import { expect, test } from 'vitest';
import { isBetterThanBaseline } from './better-than-baseline.js';

/** Outcomes of 200 images: the first are right. */
function outcomesOf(correct: number): Uint8Array {
  const bits = Array.from({ length: 200 }, (_, nth) => (nth < correct ? '1' : '0')).join('');
  return Uint8Array.from({ length: 25 }, (_, at) =>
    Number.parseInt(bits.slice(8 * at, 8 * at + 8), 2),
  );
}

const MODEL = { correct: 186, total: 200, outcomes: outcomesOf(186) };
const BASELINE = { majority: 20, probe: 180, total: 200, outcomes: outcomesOf(180) };

test('six more images of 200 are enough if the classifier gets no other one right', () => {
  // McNemar's test of 6 : 0 has z = 2.4; Wilson's interval of 186 of 200 begins at 88.6 %.
  expect(isBetterThanBaseline(MODEL, BASELINE)).toBe(true);
  expect(isBetterThanBaseline({ ...MODEL, outcomes: null }, BASELINE)).toBe(false);
  expect(isBetterThanBaseline(MODEL, { ...BASELINE, outcomes: null })).toBe(false);
});

test('three more are not, nor are more if the most frequent class is as good', () => {
  expect(
    isBetterThanBaseline({ correct: 183, total: 200, outcomes: outcomesOf(183) }, BASELINE),
  ).toBe(false);
  expect(isBetterThanBaseline(MODEL, { ...BASELINE, majority: 180 })).toBe(false);
});

test('tests of other images are compared by the interval of the accuracy', () => {
  const other = { ...BASELINE, total: 100, probe: 80 };
  expect(isBetterThanBaseline(MODEL, other)).toBe(true);
  expect(isBetterThanBaseline(MODEL, { ...other, probe: 90 })).toBe(false);
});
