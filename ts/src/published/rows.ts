import type { ResultOf } from '../../../protocol/index.js';
import { type ComponentName, componentNames } from '../domain/component.js';
import { Mu2NetError } from '../domain/errors.js';
import type { Hyperparameters } from '../domain/hyperparameters.js';
import type { PathId } from '../domain/path.js';
import type { TaskName } from '../domain/task.js';
import type { PathRecord } from '../state/record/records.js';

/** A state that a notebook saved. */
export type PublishedState = ResultOf<'published'>['states'][number];
/** A row of a state's table of paths. */
export type Row = PublishedState['living'][number];

/** Id of a component in the states of a notebook. */
export type PartId = string;
/** Names of the components of a published system. */
export type PartNames = ReadonlyMap<PartId, ComponentName>;

/** A path of a published system. */
export interface PublishedPath extends Omit<PathRecord, 'components'> {
  /** Ids of its components in the published system, in forward order. */
  readonly parts: readonly PartId[];
  readonly living: boolean;
  /** Whether it was retained after its generation. */
  readonly retained: boolean;
  readonly isPrivate: boolean;
  /** Accuracy on the test split, in [0, 1]; null when it was not measured. */
  readonly testQuality: number | null;
}

/** A system that a notebook saved. */
export interface PublishedSystem {
  /** All paths in the states, living or not, oldest first. */
  readonly paths: readonly PublishedPath[];
  /** Task iterations in order, with the path that each kept. */
  readonly iterations: readonly { readonly task: TaskName; readonly best: PathId }[];
}

/** Creates the error CHECKPOINT_INVALID. */
export function invalidSystem(why: string): Mu2NetError {
  return new Mu2NetError(
    'CHECKPOINT_INVALID',
    `${why}; give a system that mu2Net.ipynb or mu3Net.ipynb saved, with all its files`,
  );
}

/**
 * Returns the text of a cell.
 * @throws Mu2NetError CHECKPOINT_INVALID when the table has no such column.
 */
export function requireCell(row: Row, column: string): string {
  const text = row[column];
  if (text !== undefined) return text;
  throw invalidSystem(`a table of the state has no column ${column}`);
}

/**
 * Returns the integer in a cell.
 * @throws Mu2NetError CHECKPOINT_INVALID when the cell does not have one.
 */
export function requireInteger(row: Row, column: string): number {
  const value = Number(requireCell(row, column));
  if (Number.isInteger(value)) return value;
  throw invalidSystem(`a table of the state has ${column} '${row[column]}' instead of an integer`);
}

/** Returns the number in a cell; null when the cell is empty or missing. */
export function optionalNumber(row: Row, column: string): number | null {
  const text = row[column] ?? '';
  return text === '' ? null : Number(text);
}

/** Parses a list of integers with underscores between them; pandas may have written 0 as `0.0`. */
export function parseNumberList(text: string): readonly number[] {
  return text === '' ? [] : text.split('_').map((number) => Math.trunc(Number(number)));
}

/** Parses a value that Python or pandas wrote. */
function parsePythonValue(text: string): unknown {
  if (text === '' || text === 'None') return null;
  if (text === 'True' || text === 'False') return text === 'True';
  return Number.isNaN(Number(text)) ? text : Number(text);
}

/**
 * Parses the hyperparameters of a path. An empty cell means that the path does not have the
 * hyperparameter; an empty momentum means plain SGD.
 */
export function parseHyperparameters(row: Row): Hyperparameters {
  const prefix = 'hparams.';
  const values = Object.entries(row)
    .filter(([column, text]) => column.startsWith(prefix) && isValue(column, text))
    .map(([column, text]) => [column.slice(prefix.length), parsePythonValue(text)] as const);
  // Here the method decides whether adapters mutate, not the path.
  const { mutate_adapters: _, ...hyperparameters } = Object.fromEntries(values);
  return {
    ...hyperparameters,
    adapter_layers: parseNumberList(row[`${prefix}adapter_layers`] ?? ''),
  } as unknown as Hyperparameters;
}

function isValue(column: string, text: string): boolean {
  return text !== '' || column === 'hparams.opt_momentum';
}

/** Sorts the components of a path in forward order; a root may have more layers than its paths. */
export function sortForward(
  parts: readonly PartId[],
  names: PartNames,
  { adapter_layers }: Hyperparameters,
): readonly PartId[] {
  const order = componentNames({ num_layers: parts.length, adapter_layers });
  const place = (part: PartId) => order.indexOf(names.get(part) as ComponentName);
  return [...parts].sort((a, b) => place(a) - place(b));
}
