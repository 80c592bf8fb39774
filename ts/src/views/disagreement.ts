/** Numbers of examples that only one of two models predicts correctly. */
export interface Disagreement {
  readonly onlyFirst: number;
  readonly onlyOther: number;
}

/** Counts where two models disagree, from their outcomes on the same examples: 1 means correct. */
export function disagreement(first: Uint8Array, other: Uint8Array): Disagreement {
  let [onlyFirst, onlyOther] = [0, 0];
  first.forEach((ours, at) => {
    const theirs = other[at] ?? 0;
    onlyFirst += countOnes(ours & ~theirs);
    onlyOther += countOnes(theirs & ~ours);
  });
  return { onlyFirst, onlyOther };
}

/** Counts the bits that are set. */
function countOnes(bits: number): number {
  let count = 0;
  for (let rest = bits; rest !== 0; rest &= rest - 1) count++;
  return count;
}
