import type { ResultOf } from '../../../protocol/index.js';
import { type ComponentName, componentNames } from '../domain/component.js';
import { Mu2NetError } from '../domain/errors.js';
import type { Hyperparameters } from '../domain/hyperparameters.js';
import type { PathRecord } from '../state/records.js';

/** A path of a published state; its components by their numbers there, in forward order. */
export interface PublishedPath extends Omit<PathRecord, 'components'> {
  readonly numbers: readonly number[];
  readonly living: boolean;
  readonly isPrivate: boolean;
  /** Accuracy on the test split, in [0, 1]; null where it was not measured. */
  readonly testQuality: number | null;
}

type State = Pick<ResultOf<'published'>, 'components' | 'population' | 'paths'>;
type Row = State['population'][number];

/** The task of root models. */
const NOT_TRAINABLE = 'NOT_TRAINABLE';

export function invalid(why: string): Mu2NetError {
  return new Mu2NetError(
    'CHECKPOINT_INVALID',
    `${why}; name a state as mu2Net.ipynb saved it, with all its files`,
  );
}

/**
 * Every path of a state, oldest first. A parent is the path that it was sampled from where the state
 * still tells, otherwise the nearest living ancestor.
 */
export function publishedPaths(state: State): readonly PublishedPath[] {
  const names = new Map(state.components.map(({ id, name }) => [id, name]));
  const living = new Map(state.population.map((row) => [numberIn(row, 'id'), row]));
  const tasks = new Set(state.population.map((row) => row.task_name));
  // What is known of a path was written when it died, or stands in the population.
  const every = new Map(
    [...state.paths.filter((row) => tasks.has(row.task_name)), ...state.population].map((row) => [
      numberIn(row, 'id'),
      row,
    ]),
  );
  const sampledFrom = new Map(
    state.paths.map((row) => [numberIn(row, 'id'), numberIn(row, 'parent_id')]),
  );
  return [...every]
    .sort(([a], [b]) => a - b)
    .map(([id, row]): PublishedPath => {
      const isRoot = row.task_name === NOT_TRAINABLE;
      const known = [sampledFrom.get(id), numberIn(row, 'parent_id')].find(
        (parent) => parent !== undefined && parent < id && every.has(parent),
      );
      const hyperparameters = hyperparametersIn(row);
      return {
        id,
        task: isRoot ? null : (row.task_name ?? ''),
        parent: isRoot ? null : (known ?? null),
        hyperparameters,
        numbers: inForwardOrder(numbersIn(row), names, hyperparameters),
        quality: isRoot ? null : measured(row, 'metrics.quality'),
        score: isRoot ? null : measured(row, 'score'),
        iteration: null,
        living: living.has(id),
        isPrivate: row['metrics.private'] === 'True',
        testQuality: measured(row, 'metrics.test_quality'),
      };
    });
}

function cell(row: Row, column: string): string {
  const text = row[column];
  if (text !== undefined) return text;
  throw invalid(`a table of the state has no column ${column}`);
}

function numberIn(row: Row, column: string): number {
  const value = Number(cell(row, column));
  if (Number.isInteger(value)) return value;
  throw invalid(`a table of the state has ${column} '${row[column]}'`);
}

function measured(row: Row, column: string): number | null {
  const text = row[column] ?? '';
  return text === '' ? null : Number(text);
}

/** Numbers joined by underscores, as the notebook writes lists; pandas may have made `0.0` of `0`. */
export function joined(text: string): readonly number[] {
  return text === '' ? [] : text.split('_').map((number) => Math.trunc(Number(number)));
}

function numbersIn(row: Row): readonly number[] {
  return joined(cell(row, 'components'));
}

/** What Python and pandas write of a value. */
function pythonValue(text: string): unknown {
  if (text === '' || text === 'None') return null;
  if (text === 'True' || text === 'False') return text === 'True';
  return Number.isNaN(Number(text)) ? text : Number(text);
}

function hyperparametersIn(row: Row): Hyperparameters {
  const prefix = 'hparams.';
  const values = Object.entries(row)
    .filter(([column]) => column.startsWith(prefix))
    .map(([column, text]) => [column.slice(prefix.length), pythonValue(text)] as const);
  return {
    ...Object.fromEntries(values),
    adapter_layers: joined(row[`${prefix}adapter_layers`] ?? ''),
  } as unknown as Hyperparameters;
}

/** A root model may have more layers than its paths use. */
function inForwardOrder(
  numbers: readonly number[],
  names: ReadonlyMap<number, string>,
  { adapter_layers }: Hyperparameters,
): readonly number[] {
  const order = componentNames({ num_layers: numbers.length, adapter_layers });
  const place = (number: number) => order.indexOf(names.get(number) as ComponentName);
  return [...numbers].sort((a, b) => place(a) - place(b));
}
