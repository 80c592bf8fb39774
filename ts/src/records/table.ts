/** A value in a table of the record. */
export type Cell = null | boolean | number | string | readonly number[];

/**
 * Type of a column's values: text, whole numbers, numbers, yes or no, times as ISO 8601 in UTC, or
 * lists of numbers.
 */
export type ColumnType =
  | 'text'
  | 'integer'
  | 'number'
  | 'boolean'
  | 'time'
  | 'integers'
  | 'numbers';

/** A column of a table; any of its values may be null. */
export interface RecordColumn {
  readonly name: string;
  readonly type: ColumnType;
  /** Whether its values are a hyperparameter of paths. */
  readonly isHyperparameter: boolean;
}

/** A table of the record: every row has a cell for each column, in the same order. */
export interface RecordTable {
  readonly name: string;
  readonly columns: readonly RecordColumn[];
  readonly rows: readonly (readonly Cell[])[];
}

/** How a column gets its cells: its type, the cell of a row, and whether it is a hyperparameter. */
export type ColumnDefinition<Row> = readonly [
  type: ColumnType,
  cellOf: (row: Row) => Cell,
  isHyperparameter?: boolean,
];

/** Builds a table of things: each column has a name, a type and a function from thing to cell. */
export function tableOf<Row>(
  name: string,
  rows: readonly Row[],
  definitions: Readonly<Record<string, ColumnDefinition<Row>>>,
): RecordTable {
  const columns = Object.entries(definitions);
  return {
    name,
    columns: columns.map(([column, [type, , isHyperparameter = false]]) => {
      return { name: column, type, isHyperparameter };
    }),
    rows: rows.map((row) => columns.map(([, [, cellOf]]) => cellOf(row))),
  };
}
