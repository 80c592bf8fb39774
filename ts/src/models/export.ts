import { join, resolve } from 'node:path';
import type { RequestOf } from '../../../protocol/index.js';
import type { TaskName } from '../domain/task.js';
import { exportRequest } from '../requests/model.js';
import { type PoolOptions, withPool } from '../sidecar/with-pool.js';
import type { Address } from '../state/runs.js';
import { modelOf } from './models.js';

/**
 * The file formats that models can be exported to.
 *
 * @example
 * for (const format of EXPORT_FORMATS) console.log(format); // timm, transformers, …
 */
export const EXPORT_FORMATS = ['timm', 'transformers', 'augreg', 'stablehlo', 'onnx'] as const;

/** The format of an exported model's files. */
export type ExportFormat = RequestOf<'export'>['format'];

/** Selects the format and the folder of an exported model. */
export interface ExportOptions extends PoolOptions {
  readonly format: ExportFormat;
  /** Where the files go; files of the same names are replaced. */
  readonly folder: string;
}

/**
 * Writes the model of a task as files that other libraries can read.
 *
 * @returns the paths of the files.
 * @throws Mu2NetError TASK_UNKNOWN, SIDECAR_FAILED when the folder cannot be written, or
 *   PYTHON_MISSING when the format needs a package that is not installed.
 */
export async function exportModel(
  address: Address,
  task: TaskName,
  { format, folder, ...options }: ExportOptions,
): Promise<readonly string[]> {
  const model = modelOf(address, task);
  const target = { format, folder: resolve(folder), labels: model.task.classNames ?? [] };
  const request = exportRequest(model, target, model.store);
  const { files } = await withPool(options, (pool) => pool.execute(request));
  return files.map((file) => join(folder, file));
}
