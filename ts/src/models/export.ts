import { join, resolve } from 'node:path';
import type { RequestOf } from '../../../protocol/index.js';
import type { TaskName } from '../domain/task.js';
import { exportRequest } from '../requests/model.js';
import { type PoolOptions, withPool } from '../sidecar/with-pool.js';
import { storeOf } from '../state/directory.js';
import { addressOf, findRun } from '../state/runs.js';
import { modelsOf } from './models.js';

export const EXPORT_FORMATS = ['timm', 'transformers', 'augreg', 'stablehlo'] as const;
export type ExportFormat = RequestOf<'export'>['format'];

/**
 * Writes the model of a task as files of their own.
 *
 * @param folder where they go; files of the same names are replaced.
 * @returns paths of the files.
 * @throws Mu2NetError TASK_UNKNOWN, or SIDECAR_FAILED when the folder cannot be written.
 */
export async function exportModel(
  task: TaskName,
  format: ExportFormat,
  folder: string,
  address: string = findRun(undefined),
  options: PoolOptions = {},
): Promise<readonly string[]> {
  const store = storeOf(addressOf(address).directory);
  const models = modelsOf(address, [task]);
  const [exported] = await withPool(options, (pool) =>
    Promise.all(
      models.map((model) => {
        const target = { format, folder: resolve(folder), labels: model.task.classNames ?? [] };
        return pool.execute(exportRequest(model, target, store));
      }),
    ),
  );
  return (exported?.files ?? []).map((file) => join(folder, file));
}
