import { Mu2NetError } from '../domain/errors.js';
import { pathOf } from '../domain/system.js';
import type { Task, TaskName } from '../domain/task.js';
import type { Model } from '../requests/model.js';
import { type Ledger, readRun } from '../state/ledger.js';
import { bestPaths, currentExperiment, recallModels } from '../state/recall.js';

/** The retained model of a task. */
export interface TaskModel extends Model {
  readonly task: Task;
  /** As many images as training takes at once. */
  readonly batchSize: number;
}

/**
 * The retained models of tasks, in the order asked for; of all tasks, when none is asked for.
 * @throws Mu2NetError TASK_UNKNOWN, RUN_UNKNOWN
 */
export function modelsOf(address: string, names: readonly TaskName[]): readonly TaskModel[] {
  return readRun(address, (ledger) => {
    const best = bestPaths(ledger);
    const wanted = names.length > 0 ? names : [...best.keys()];
    if (wanted.length === 0) throw unknownTask(null, address, ledger);
    const system = recallModels(ledger);
    const { batchSize } = currentExperiment(ledger).experiment.training;
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
