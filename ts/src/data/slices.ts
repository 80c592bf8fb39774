import { Mu2NetError } from '../domain/errors.js';
import type { Splits, TaskFacts } from '../domain/task.js';

/** A slice of a base split: from position `start` up to `stop`, which is not in it. */
export interface Slice {
  readonly name: string;
  readonly start: number;
  readonly stop: number;
}

// The same grammar as the sidecar's; both are tested with protocol/corpus/splits.json.
const BOUND = '(-?\\d+(?:_\\d+)*(?:\\.\\d+(?=%))?)(%?)';
const TERM = new RegExp(
  `^((?:[A-Za-z0-9_./-]+:)?[A-Za-z0-9_-]+)(\\[(?:${BOUND})?:(?:${BOUND})?\\])?$`,
);
const SPACES = /^[ \t\r\n]+|[ \t\r\n]+$/g;

/**
 * Reads a split expression, for example `train[5%:]` or `a[:10]+b[:10]`.
 *
 * @param sizes number of examples of each base split
 * @throws Mu2NetError DATA_MISSING for an expression that is not of the syntax or names an unknown
 *   base split, DATA_EMPTY for a bound outside the base split
 */
export function slicesOf(
  expression: string,
  sizes: Readonly<Record<string, number>>,
): readonly Slice[] {
  const terms = expression
    .split('+')
    .map((term) => parseTerm(term.replace(SPACES, ''), expression));
  return terms.map(({ term, name, bounds: [from, to] }) => {
    const size = Object.hasOwn(sizes, name) ? sizes[name] : undefined;
    if (size === undefined) {
      throw new Mu2NetError(
        'DATA_MISSING',
        `split '${expression}' needs the base split '${name}', but there are only ${Object.keys(sizes).join(', ') || '(none)'}; correct the split`,
      );
    }
    const start = from === null ? 0 : positionOf(from, { term, name, size });
    const stop = to === null ? size : positionOf(to, { term, name, size });
    return { name, start, stop: Math.max(start, stop) };
  });
}

/** Counts the examples of a split expression; see {@link slicesOf}. */
export function countExamples(expression: string, sizes: Readonly<Record<string, number>>): number {
  return slicesOf(expression, sizes).reduce((sum, { start, stop }) => sum + stop - start, 0);
}

/** Counts the examples of each split of a task; see {@link slicesOf}. */
export function countSplits(
  { train, validation, test }: Splits,
  sizes: Readonly<Record<string, number>>,
): TaskFacts['examples'] {
  return {
    train: countExamples(train, sizes),
    validation: countExamples(validation, sizes),
    test: countExamples(test, sizes),
  };
}

interface Bound {
  readonly value: number;
  readonly isPercent: boolean;
}

function parseTerm(term: string, expression: string) {
  const refuse = (reason: string) =>
    new Mu2NetError(
      'DATA_MISSING',
      `split '${expression}' cannot be read: '${term}' ${reason}; write for example train, train[5%:], test[:1000] or train[:10%]+test`,
    );
  const match = TERM.exec(term);
  if (!match) throw refuse('is not a split');
  const [, name = '', brackets, start, startUnit, stop, stopUnit] = match;
  const bounds = [boundOf(start, startUnit), boundOf(stop, stopUnit)] as const;
  const given = bounds.filter((bound) => bound !== null);
  if (brackets !== undefined && given.length === 0) throw refuse('has no bound');
  if (new Set(given.map(({ isPercent }) => isPercent)).size > 1) {
    throw refuse('mixes a count and a percent');
  }
  if (given.some(({ value, isPercent }) => isPercent && Math.abs(value) > 100)) {
    throw refuse('has a percent beyond 100');
  }
  return { term, name, bounds };
}

function boundOf(text: string | undefined, unit: string | undefined): Bound | null {
  if (text === undefined) return null;
  return { value: Number(text.replaceAll('_', '')), isPercent: unit === '%' };
}

function positionOf(
  { value, isPercent }: Bound,
  { term, name, size }: { term: string; name: string; size: number },
): number {
  const position = isPercent ? roundHalfEven((value * size) / 100) : value;
  if (Math.abs(position) > size) {
    throw new Mu2NetError(
      'DATA_EMPTY',
      `split '${term}' reaches beyond the ${size} examples of '${name}'; choose bounds within them`,
    );
  }
  // A bound that is zero counts from the start, whatever its sign.
  return position < 0 ? size + position : Math.abs(position);
}

/** Rounds as TFDS does: to the nearest integer, halves to the even one. */
function roundHalfEven(value: number): number {
  const below = Math.floor(value);
  if (value - below !== 0.5) return Math.round(value);
  return below % 2 === 0 ? below : below + 1;
}
