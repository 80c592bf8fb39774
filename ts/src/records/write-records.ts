import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { readRun } from '../state/record/ledger.js';
import { type Address, runNameOf } from '../state/runs.js';
import { type ChildRow, childrenOf } from '../views/children.js';
import { type ChildSelection, selectChildren } from '../views/select-children.js';
import { csvOf } from './csv.js';
import { graphmlOf } from './graphml.js';
import { jsonLinesOf } from './jsonl.js';
import { type Lineage, lineageOf } from './lineage.js';
import { type WriteProgress, writeByPython } from './python.js';
import type { RecordTable } from './table.js';
import { childrenTable, recordTables } from './tables.js';

/**
 * Formats of a whole record. `graphml` is one file; the others are files in a folder.
 *
 * @example
 * console.log(RECORD_FORMATS.join(', '));
 */
export const RECORD_FORMATS = [
  'jsonl',
  'csv',
  'parquet',
  'graphml',
  'tensorboard',
  'wandb',
  'mlflow',
] as const;

/** Name of a format of a whole record. */
export type RecordFormat = (typeof RECORD_FORMATS)[number];

/** Controls how a record is written, and which children it has; by default all of them. */
export interface WriteRecordsOptions extends Pick<ChildSelection, 'task' | 'retained' | 'worker'> {
  readonly format: RecordFormat;
  /** The folder, or for `graphml` the file. Files with the same names are replaced. */
  readonly out: string;
  /** Told after every child that a format with a run per child has written. */
  readonly onProgress?: ((progress: WriteProgress) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Formats of the table of children.
 *
 * @example
 * console.log(CHILDREN_FORMATS.join(', '));
 */
export const CHILDREN_FORMATS = ['csv', 'jsonl', 'parquet'] as const;

/** Name of a format of the table of children. */
export type ChildrenFormat = (typeof CHILDREN_FORMATS)[number];

/** Controls how the table of children is written, and which children it has. */
export interface WriteChildrenOptions extends ChildSelection {
  readonly format: ChildrenFormat;
  /** The file; it is replaced if it exists. */
  readonly out: string;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Writes what the record of a branch says, for other tools.
 *
 * @returns the paths of the files, or of the folder where a tool arranges its files itself.
 * @throws Mu2NetError PYTHON_MISSING when a format needs a package that is not installed; CANCELLED
 */
export async function writeRecords(
  address: Address,
  { format, out, onProgress = () => {}, signal, ...selection }: WriteRecordsOptions,
): Promise<readonly string[]> {
  const place = resolve(out);
  if (format === 'graphml') {
    mkdirSync(dirname(place), { recursive: true });
    writeFileSync(place, graphmlOf(readLineage(address, selection)));
    return [place];
  }
  const tables = readTables(address, selection);
  mkdirSync(place, { recursive: true });
  if (format === 'csv' || format === 'jsonl') {
    return tables.map((table) => {
      const file = join(place, `${table.name}.${format}`);
      writeFileSync(file, textOf(table, format));
      return file;
    });
  }
  const run = runNameOf(address);
  return writeByPython({ run, format, out: place, tables }, onProgress, signal);
}

/**
 * Writes the table of the selected children to a file.
 *
 * @throws Mu2NetError PYTHON_MISSING, CANCELLED
 */
export async function writeChildren(
  address: Address,
  { format, out, signal, ...selection }: WriteChildrenOptions,
): Promise<void> {
  const file = resolve(out);
  const table = childrenTable(readChildren(address, selection));
  mkdirSync(dirname(file), { recursive: true });
  if (format !== 'parquet') writeFileSync(file, textOf(table, format));
  else {
    const run = runNameOf(address);
    await writeByPython({ run, format: 'table', out: file, tables: [table] }, () => {}, signal);
  }
}

/** Reads the selected children of a branch. */
export function readChildren(address: Address, selection: ChildSelection): readonly ChildRow[] {
  return readRun(address, (ledger) => selectChildren(childrenOf(ledger), selection));
}

/** Reads what the record of a branch says, as tables. */
export function readTables(
  address: Address,
  selection: ChildSelection = {},
): readonly RecordTable[] {
  return readRun(address, (ledger) => recordTables(ledger, selection));
}

/** Reads the lineage of a branch. */
export function readLineage(address: Address, selection: ChildSelection = {}): Lineage {
  return readRun(address, (ledger) => lineageOf(ledger, selection));
}

/** Writes a table as text. */
export function textOf(table: RecordTable, format: 'csv' | 'jsonl'): string {
  return format === 'csv' ? csvOf(table) : jsonLinesOf(table);
}
