import type { HyperparameterName } from '../../domain/hyperparameters.js';
import type { ChildRow } from '../children.js';
import { spansOf } from './spans.js';

/** A value of a hyperparameter, as text where it is not a number. */
export type ShownValue = number | string;

/** How often children had each value of one hyperparameter. */
export interface HyperparameterHistory {
  readonly name: HyperparameterName;
  /** Ascending. */
  readonly values: readonly ShownValue[];
  /** `shares[v][s]` is the fraction of the children of span s that have value v. */
  readonly shares: readonly (readonly number[])[];
}

/** Consecutive generations, which the pictures over generations show as one column. */
export interface GenerationSpan {
  /** The first and the last generation, counted from 1 over the whole history. */
  readonly from: number;
  readonly to: number;
  /** Number of its children. */
  readonly children: number;
}

/** The hyperparameters of a history's children, over its generations. */
export interface HyperparametersHistory {
  readonly spans: readonly GenerationSpan[];
  /** Only hyperparameters that had more than one value, in alphabetical order. */
  readonly hyperparameters: readonly HyperparameterHistory[];
}

/** Counts the values of each hyperparameter over the generations. */
export function hyperparametersHistory(children: readonly ChildRow[]): HyperparametersHistory {
  const spans = spansOf(children);
  const names = Object.keys(children[0]?.hyperparameters ?? {}).filter(
    (name) => !name.startsWith('_mu_|') && name !== 'num_classes',
  ) as HyperparameterName[];
  const hyperparameters = names.sort().flatMap((name): HyperparameterHistory[] => {
    const valueFor = ({ hyperparameters: all }: ChildRow) => shownValue(all[name]);
    const values = [...new Set(children.map(valueFor))].sort(compareValues);
    if (values.length < 2) return [];
    const shares = values.map((value) =>
      spans.map(
        ({ children: some }) =>
          some.filter((child) => valueFor(child) === value).length / some.length,
      ),
    );
    return [{ name, values, shares }];
  });
  return {
    spans: spans.map(({ from, to, children: some }) => ({ from, to, children: some.length })),
    hyperparameters,
  };
}

function shownValue(value: ChildRow['hyperparameters'][HyperparameterName]): ShownValue {
  if (typeof value === 'object') return value === null ? 'none' : `${value.length} layers`;
  return typeof value === 'boolean' ? (value ? 'yes' : 'no') : value;
}

/** Orders numbers by size, and text, which comes first, by the numbers in it. */
function compareValues(a: ShownValue, b: ShownValue): number {
  if (typeof a === 'number' && typeof b === 'number') return a - b;
  if (typeof a !== typeof b) return typeof a === 'string' ? -1 : 1;
  return String(a).localeCompare(String(b), 'en', { numeric: true });
}
