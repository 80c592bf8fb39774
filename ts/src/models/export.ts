import { join, resolve } from 'node:path';
import type { RequestOf } from '../../../protocol/index.js';
import type { TaskName } from '../domain/task.js';
import { storeOf } from '../run/start.js';
import { addressOf, findRun } from '../state/runs.js';
import { modelRequest, modelsOf, type ServingOptions, serving } from './serving.js';

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
  options: ServingOptions = {},
): Promise<readonly string[]> {
  const models = modelsOf(address, [task]);
  const [exported] = await serving(options, (pool) =>
    Promise.all(
      models.map((model) =>
        pool.execute({
          kind: 'export',
          store: storeOf(addressOf(address).directory),
          ...modelRequest(model),
          format,
          folder: resolve(folder),
          labels: [...(model.task.classNames ?? [])],
        }),
      ),
    ),
  );
  return (exported?.files ?? []).map((file) => join(folder, file));
}
