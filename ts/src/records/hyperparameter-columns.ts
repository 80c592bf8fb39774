import type { Hyperparameters } from '../domain/hyperparameters.js';
import type { Cell, ColumnDefinition, ColumnType } from './table.js';

interface Tuned {
  readonly hyperparameters: Hyperparameters;
}

/**
 * Returns a column for each hyperparameter that any row has, learned probabilities too, in the order
 * in which they appear. A row without one has null.
 */
export function hyperparameterColumns<Row extends Tuned>(
  rows: readonly Row[],
): Readonly<Record<string, ColumnDefinition<Row>>> {
  const values = new Map<string, Cell[]>();
  for (const { hyperparameters } of rows) {
    for (const [name, value] of Object.entries(hyperparameters)) {
      const known = values.get(name);
      if (known) known.push(value);
      else values.set(name, [value]);
    }
  }
  const cellOf = (name: string) => (row: Row) =>
    (row.hyperparameters as unknown as Readonly<Record<string, Cell>>)[name] ?? null;
  return Object.fromEntries(
    [...values].map(([name, cells]) => [name, [typeOf(cells), cellOf(name), true] as const]),
  );
}

/** Returns the narrowest type that all cells have. */
function typeOf(cells: readonly Cell[]): ColumnType {
  const values = cells.filter((cell) => cell !== null).flat();
  const isList = cells.some((cell) => Array.isArray(cell));
  const isWhole = values.every(Number.isInteger) && (isList || values.length > 0);
  if (isList) return isWhole ? 'integers' : 'numbers';
  const [first] = values;
  if (typeof first === 'boolean') return 'boolean';
  if (typeof first === 'string') return 'text';
  return isWhole ? 'integer' : 'number';
}
