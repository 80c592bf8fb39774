import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { countExamples, type Slice, slicesOf } from './slices.js';

type Sizes = Readonly<Record<string, number>>;
interface Corpus {
  readonly accept: readonly {
    readonly expression: string;
    readonly baseSplits: Sizes;
    readonly terms: readonly Slice[];
    readonly examples: number;
  }[];
  readonly reject: readonly {
    readonly expression: string;
    readonly baseSplits: Sizes;
    readonly code: string;
  }[];
}

// The sidecar reads the same corpus in py/tests/data/test_splits.py.
const corpus = JSON.parse(
  readFileSync(new URL('../../../protocol/corpus/splits.json', import.meta.url), 'utf8'),
) as Corpus;

describe('a split expression', () => {
  it.each(corpus.accept)('is read: $expression', (each) => {
    expect(slicesOf(each.expression, each.baseSplits)).toEqual(each.terms);
    expect(countExamples(each.expression, each.baseSplits)).toBe(each.examples);
  });

  it.each(corpus.reject)('is refused: $expression', ({ expression, baseSplits, code }) => {
    expect(() => slicesOf(expression, baseSplits)).toThrow(expect.objectContaining({ code }));
  });

  it('cuts a split into parts that are the whole of it', () => {
    fc.assert(
      fc.property(fc.nat(10_000_000), fc.integer({ min: 1, max: 99 }), (size, percent) => {
        const parts = `train[:${percent}%]+train[${percent}%:]`;
        expect(countExamples(parts, { train: size })).toBe(size);
      }),
    );
  });
});
