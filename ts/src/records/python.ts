import { type ErrorCode, Mu2NetError } from '../domain/errors.js';
import { runProgram } from '../sidecar/program.js';
import type { RecordTable } from './table.js';

/** What Python is asked to write: tables of a run, in a format, to a place. */
export interface WriteRequest {
  readonly run: string;
  /** `table` is one table as a Parquet file; the others are formats of a whole record. */
  readonly format: 'table' | 'parquet' | 'tensorboard' | 'wandb' | 'mlflow';
  /** Absolute path of a file for `table`, or else of a folder. */
  readonly out: string;
  readonly tables: readonly RecordTable[];
}

/** How many of the children are written. */
export interface WriteProgress {
  readonly done: number;
  readonly total: number;
}

/** A line that the program prints. */
type OutputLine =
  | ({ readonly state: 'progress' } & WriteProgress)
  | { readonly state: 'done'; readonly files: readonly string[] }
  | { readonly state: 'failed'; readonly code: ErrorCode; readonly message: string };

/** The begin of every line that is for this program; libraries may print lines of their own. */
const OURS = '{"state": ';

/**
 * Lets Python write tables with the libraries that own a format.
 *
 * @returns the paths of the files, or of the folder where a library arranges its files itself.
 * @throws Mu2NetError PYTHON_MISSING when a library is not installed; CANCELLED
 */
export async function writeByPython(
  request: WriteRequest,
  onProgress: (progress: WriteProgress) => void,
  signal: AbortSignal | undefined,
): Promise<readonly string[]> {
  const lines = runProgram({
    module: 'mu2net_sidecar.records',
    input: `${JSON.stringify(request)}\n`,
    purpose: `write ${request.out}`,
    activity: 'writing records',
    signal,
  });
  for await (const line of lines) {
    if (!line.startsWith(OURS)) continue;
    const output = JSON.parse(line) as OutputLine;
    if (output.state === 'failed') throw new Mu2NetError(output.code, output.message);
    if (output.state === 'done') return output.files;
    onProgress(output);
  }
  return [];
}
