import { Mu2NetError } from '../domain/errors.js';
import { pathOf } from '../domain/system.js';
import type { Task, TaskName } from '../domain/task.js';
import type { Model } from '../requests/model.js';
import { type Ledger, readRun } from '../state/record/ledger.js';
import { bestPaths, currentExperiment, recallModels } from '../state/record/recall.js';
import { type Address, formatAddress, runNameOf } from '../state/runs.js';

/** The retained model of a task. */
export interface TaskModel extends Model {
  readonly task: Task;
  /** The batch size of training. */
  readonly batchSize: number;
  /** The component store of the run. */
  readonly store: string;
}

/**
 * Reads the retained models of the named tasks, in that order; of all tasks when none is named.
 * @throws Mu2NetError TASK_UNKNOWN, RUN_UNKNOWN
 */
export function modelsOf(address: Address, names: readonly TaskName[]): readonly TaskModel[] {
  return readRun(address, (ledger) => {
    const best = bestPaths(ledger);
    const wanted = names.length > 0 ? names : [...best.keys()];
    if (wanted.length === 0) throw unknownTask(undefined, address, ledger);
    return wanted.map((name) => readModel(address, name, ledger));
  });
}

/**
 * Reads the retained model of a task.
 * @throws Mu2NetError TASK_UNKNOWN, RUN_UNKNOWN
 */
export function modelOf(address: Address, task: TaskName): TaskModel {
  return readRun(address, (ledger) => readModel(address, task, ledger));
}

function readModel(address: Address, name: TaskName, ledger: Ledger): TaskModel {
  const id = bestPaths(ledger).get(name);
  const task = ledger.tasks().find((each) => each.name === name);
  if (id === undefined || !task) throw unknownTask(name, address, ledger);
  const system = recallModels(ledger);
  const { batchSize } = currentExperiment(ledger).experiment.training;
  return { task, path: pathOf(system, id), system, batchSize, store: ledger.store() };
}

function unknownTask(task: TaskName | undefined, address: Address, ledger: Ledger): Mu2NetError {
  const learned = [...bestPaths(ledger).keys()].join(', ');
  const run = formatAddress(address);
  return new Mu2NetError(
    'TASK_UNKNOWN',
    learned === ''
      ? `the run ${run} has learned no task yet; finish it with 'npx mu2net resume'`
      : `the run ${run} has no model for task '${task}'; it has ${learned}`,
    { run: runNameOf(address), task },
  );
}
