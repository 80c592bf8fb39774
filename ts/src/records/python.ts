import { runTool } from '../sidecar/tool.js';
import type { RecordTable } from './table.js';

/** A request to Python: to write tables of a run, in a format, to a place. */
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
  const files = await runTool<WriteProgress & { readonly stage: 'write' }>(
    [],
    `write ${request.out}`,
    {
      module: 'mu2net_sidecar.records',
      input: `${JSON.stringify(request)}\n`,
      onProgress: ({ done, total }) => onProgress({ done, total }),
      signal,
    },
  );
  return files as readonly string[];
}
