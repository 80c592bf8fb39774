import type { ResultOf } from '../../../protocol/index.js';
import { type ComponentName, componentNames } from '../domain/component.js';
import { Mu2NetError } from '../domain/errors.js';
import type { Hyperparameters } from '../domain/hyperparameters.js';
import type { PathId } from '../domain/path.js';
import type { TaskName } from '../domain/task.js';
import type { PathRecord } from '../state/records.js';

export type PublishedState = ResultOf<'published'>['states'][number];
export type Row = PublishedState['living'][number];

/** Id of a component in the states of a notebook. */
export type PartId = string;
export type PartNames = ReadonlyMap<PartId, ComponentName>;

/** A path of a published system; its components by their ids there, in forward order. */
export interface PublishedPath extends Omit<PathRecord, 'components'> {
  readonly parts: readonly PartId[];
  readonly living: boolean;
  /** Whether it stayed in the system after its generation. */
  readonly retained: boolean;
  readonly isPrivate: boolean;
  /** Accuracy on the test split, in [0, 1]; null where it was not measured. */
  readonly testQuality: number | null;
}

/** A system that a notebook saved: every path in it, oldest first, and the task iterations. */
export interface PublishedSystem {
  readonly paths: readonly PublishedPath[];
  /** Task iterations in order, each with the path that it kept. */
  readonly iterations: readonly { readonly task: TaskName; readonly best: PathId }[];
}

/** The error for a state that cannot be read as a system. */
export function invalidSystem(why: string): Mu2NetError {
  return new Mu2NetError(
    'CHECKPOINT_INVALID',
    `${why}; name a system as mu2Net.ipynb or mu3Net.ipynb saved it, with all its files`,
  );
}

/** Reads the text of a cell. */
export function requireCell(row: Row, column: string): string {
  const text = row[column];
  if (text !== undefined) return text;
  throw invalidSystem(`a table of the state has no column ${column}`);
}

/** Reads the whole number in a cell. */
export function requireInteger(row: Row, column: string): number {
  const value = Number(requireCell(row, column));
  if (Number.isInteger(value)) return value;
  throw invalidSystem(`a table of the state has ${column} '${row[column]}'`);
}

/** Reads a measurement; null where the cell is empty. */
export function measurementIn(row: Row, column: string): number | null {
  const text = row[column] ?? '';
  return text === '' ? null : Number(text);
}

/** Reads numbers joined by underscores, as notebooks write lists; pandas may write `0` as `0.0`. */
export function numbersIn(text: string): readonly number[] {
  return text === '' ? [] : text.split('_').map((number) => Math.trunc(Number(number)));
}

/** Reads a value as Python and pandas write it. */
function parsePythonValue(text: string): unknown {
  if (text === '' || text === 'None') return null;
  if (text === 'True' || text === 'False') return text === 'True';
  return Number.isNaN(Number(text)) ? text : Number(text);
}

/** Reads the hyperparameters of a path; a cell is empty where it has none, or no momentum. */
export function parseHyperparameters(row: Row): Hyperparameters {
  const prefix = 'hparams.';
  const values = Object.entries(row)
    .filter(([column, text]) => column.startsWith(prefix) && isValue(column, text))
    .map(([column, text]) => [column.slice(prefix.length), parsePythonValue(text)] as const);
  // Whether adapters may mutate is the method's here.
  const { mutate_adapters: _, ...hyperparameters } = Object.fromEntries(values);
  return {
    ...hyperparameters,
    adapter_layers: numbersIn(row[`${prefix}adapter_layers`] ?? ''),
  } as unknown as Hyperparameters;
}

function isValue(column: string, text: string): boolean {
  return text !== '' || column === 'hparams.opt_momentum';
}

/** A root model may have more layers than its paths use. */
export function sortForward(
  parts: readonly PartId[],
  names: PartNames,
  { adapter_layers }: Hyperparameters,
): readonly PartId[] {
  const order = componentNames({ num_layers: parts.length, adapter_layers });
  const place = (part: PartId) => order.indexOf(names.get(part) as ComponentName);
  return [...parts].sort((a, b) => place(a) - place(b));
}
