import fc from 'fast-check';
import { expect, test } from 'vitest';
import { disagreement } from './disagreement.js';

const outcomes = fc
  .integer({ min: 0, max: 40 })
  .chain((length) =>
    fc.tuple(...[0, 1].map(() => fc.uint8Array({ minLength: length, maxLength: length }))),
  );

/** Expands packed bits into one digit per example. */
const bitsOf = (bytes: Uint8Array) =>
  [...bytes].flatMap((byte) => [...byte.toString(2).padStart(8, '0')]);

test('counts the examples that only one model gets right', () => {
  fc.assert(
    fc.property(outcomes, ([first = new Uint8Array(), other = new Uint8Array()]) => {
      const theirs = bitsOf(other);
      const both = bitsOf(first).map((ours, at) => `${ours}${theirs[at]}`);
      expect(disagreement(first, other)).toEqual({
        onlyFirst: both.filter((pair) => pair === '10').length,
        onlyOther: both.filter((pair) => pair === '01').length,
      });
    }),
  );
});
