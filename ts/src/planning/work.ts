import { budgetOf } from '../domain/budget.js';
import type { Experiment } from '../domain/experiment.js';

/** The batches of all children of an experiment. */
export interface Work {
  readonly steps: number;
  readonly validationBatches: number;
}

/** Counts the batches of an experiment; null when the size of a task's data is not known. */
export function workOf(experiment: Experiment): Work | null {
  const { tasks, taskIterations, cycles, method, training } = experiment;
  const childrenPerTask = taskIterations * cycles * method.samplesPerTask;
  let [steps, validationBatches] = [0, 0];
  for (const { facts } of tasks) {
    if (facts === null) return null;
    const budget = budgetOf(training, facts);
    const validations = childrenPerTask * budget.validations;
    steps += validations * budget.batchesBetweenValidations;
    validationBatches += validations * budget.validationBatches;
  }
  return { steps, validationBatches };
}
