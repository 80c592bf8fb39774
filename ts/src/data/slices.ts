import type { Splits, TaskFacts } from '../domain/task.js';

const TERM = /^(?<split>[\w./:-]+?)(?:\[(?<from>-?\d+%?)?:(?<to>-?\d+%?)?\])?$/;

/** As TFDS rounds a percentage to a boundary: to the nearest, halves to the even one. */
function nearest(value: number): number {
  const below = Math.floor(value);
  if (value - below !== 0.5) return Math.round(value);
  return below % 2 === 0 ? below : below + 1;
}

function boundary(text: string | undefined, absent: number, size: number): number {
  if (text === undefined) return absent;
  const value = Number.parseInt(text, 10);
  const at = text.endsWith('%') ? nearest((value * size) / 100) : value;
  return Math.min(Math.max(at < 0 ? size + at : at, 0), size);
}

/**
 * How many examples a slice holds, for example `train[5%:]` or `a[:10]+b[:10]`.
 *
 * @param sizes examples of each base split
 * @throws Error for a slice that is not understood, or of a base split that has no size
 */
export function examplesOf(slice: string, sizes: Readonly<Record<string, number>>): number {
  return slice.split('+').reduce((sum, term) => {
    const { split = '', from, to } = TERM.exec(term.trim())?.groups ?? {};
    const size = sizes[split];
    if (size === undefined) throw new Error(`no base split in '${term}' of '${slice}'`);
    return sum + Math.max(boundary(to, size, size) - boundary(from, 0, size), 0);
  }, 0);
}

/** Examples of each split of a task. */
export function examplesOfSplits(
  { train, validation, test }: Splits,
  sizes: Readonly<Record<string, number>>,
): TaskFacts['examples'] {
  return {
    train: examplesOf(train, sizes),
    validation: examplesOf(validation, sizes),
    test: examplesOf(test, sizes),
  };
}
