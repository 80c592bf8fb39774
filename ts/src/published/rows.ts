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
  /** Whether it was kept after its generation. */
  readonly retained: boolean;
  readonly isPrivate: boolean;
  /** Accuracy on the test split, in [0, 1]; null where it was not measured. */
  readonly testQuality: number | null;
}

/** A system that a notebook saved: every path it tells of, oldest first, and how they came about. */
export interface PublishedSystem {
  readonly paths: readonly PublishedPath[];
  /** Task iterations in their order, by which {@link PublishedPath} counts them, and what each kept. */
  readonly iterations: readonly { readonly task: TaskName; readonly best: PathId }[];
}

export function invalidSystem(why: string): Mu2NetError {
  return new Mu2NetError(
    'CHECKPOINT_INVALID',
    `${why}; name a system as mu2Net.ipynb or mu3Net.ipynb saved it, with all its files`,
  );
}

export function requireCell(row: Row, column: string): string {
  const text = row[column];
  if (text !== undefined) return text;
  throw invalidSystem(`a table of the state has no column ${column}`);
}

export function requireInteger(row: Row, column: string): number {
  const value = Number(requireCell(row, column));
  if (Number.isInteger(value)) return value;
  throw invalidSystem(`a table of the state has ${column} '${row[column]}'`);
}

export function optionalNumber(row: Row, column: string): number | null {
  const text = row[column] ?? '';
  return text === '' ? null : Number(text);
}

/** Numbers joined by underscores, as the notebooks write lists; pandas may have made `0.0` of `0`. */
export function parseNumberList(text: string): readonly number[] {
  return text === '' ? [] : text.split('_').map((number) => Math.trunc(Number(number)));
}

/** What Python and pandas write of a value. */
function parsePythonValue(text: string): unknown {
  if (text === '' || text === 'None') return null;
  if (text === 'True' || text === 'False') return text === 'True';
  return Number.isNaN(Number(text)) ? text : Number(text);
}

/** The hyperparameters of a path; a cell is empty where the path has none of a column's, or no momentum. */
export function parseHyperparameters(row: Row): Hyperparameters {
  const prefix = 'hparams.';
  const values = Object.entries(row)
    .filter(([column, text]) => column.startsWith(prefix) && isValue(column, text))
    .map(([column, text]) => [column.slice(prefix.length), parsePythonValue(text)] as const);
  // Whether adapters may mutate is the method's here.
  const { mutate_adapters: _, ...hyperparameters } = Object.fromEntries(values);
  return {
    ...hyperparameters,
    adapter_layers: parseNumberList(row[`${prefix}adapter_layers`] ?? ''),
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
