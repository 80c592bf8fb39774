import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { RequestOf } from '../../../protocol/index.js';
import { Mu2NetError } from '../domain/errors.js';
import type { Path } from '../domain/path.js';
import { componentsOf, pathOf, type System } from '../domain/system.js';
import type { Task, TaskName } from '../domain/task.js';
import type { Pool } from '../pool/pool.js';
import { architectureRequest } from '../requests/train.js';
import { openLocalPool } from '../sidecar/local.js';
import { type Ledger, reading } from '../state/ledger.js';
import { bestPaths, followed, recallModels } from '../state/recall.js';

/** The retained model of a task. */
export interface TaskModel {
  readonly task: Task;
  readonly path: Path;
  readonly system: System;
  /** As many images as training takes at once. */
  readonly batchSize: number;
}

/** What a session that only uses models takes. */
export interface ServingOptions {
  /** Where to execute instead of on a sidecar of this machine; the caller closes it. */
  readonly pool?: Pool | undefined;
  readonly signal?: AbortSignal | undefined;
}

/**
 * The retained models of tasks, in the order asked for; of all tasks, when none is asked for.
 * @throws Mu2NetError TASK_UNKNOWN, RUN_UNKNOWN
 */
export function modelsOf(address: string, names: readonly TaskName[]): readonly TaskModel[] {
  return reading(address, (ledger) => {
    const best = bestPaths(ledger);
    const wanted = names.length > 0 ? names : [...best.keys()];
    if (wanted.length === 0) throw unknownTask(null, address, ledger);
    const system = recallModels(ledger);
    const { batchSize } = followed(ledger).experiment.training;
    return wanted.map((name): TaskModel => {
      const id = best.get(name);
      const task = ledger.tasks().find((each) => each.name === name);
      if (id === undefined || !task) throw unknownTask(name, address, ledger);
      return { task, path: pathOf(system, id), system, batchSize };
    });
  });
}

function unknownTask(name: TaskName | null, address: string, ledger: Ledger): Mu2NetError {
  const learned = [...bestPaths(ledger).keys()].join(', ');
  return new Mu2NetError(
    'TASK_UNKNOWN',
    learned === ''
      ? `the run ${address} has learned no task yet; finish it with 'mu2net resume'`
      : `the run ${address} has no model for task '${name}'; it has ${learned}`,
  );
}

/** A model as the sidecar needs it. */
export function modelRequest({ path, system }: TaskModel): RequestOf<'predict'>['models'][number] {
  return {
    architecture: architectureRequest(system.architecture, path.hyperparameters),
    components: componentsOf(path, system).map(({ name, params }) => ({ name, params })),
  };
}

/** Executes with the pool of the options, or with a sidecar that is gone afterwards. */
export async function serving<T>(
  { pool: given, signal }: ServingOptions,
  work: (pool: Pool) => Promise<T>,
): Promise<T> {
  if (given) return work(given);
  const logDirectory = mkdtempSync(join(tmpdir(), 'mu2net-'));
  const pool = await openLocalPool({ logDirectory });
  try {
    if (signal?.aborted) throw new Mu2NetError('CANCELLED', 'stopped before it began');
    return await work(pool);
  } finally {
    await pool.close();
    rmSync(logDirectory, { recursive: true, force: true });
  }
}
