import type { Experiment } from '../domain/experiment.js';
import { type GrowOptions, growRun } from '../run/session.js';
import { Run } from './run.js';

/**
 * Grows a new run of an experiment, from start to end.
 *
 * @throws Mu2NetError RUN_EXISTS, CANCELLED, and the errors of reading data and of training. If the
 *   run already has a record, the error's `subject.run` names it, and `openRun(run).resume()`
 *   continues it.
 *
 * @example
 * const experiment = loadExperiment('tiny.yaml');
 * const run = await grow(experiment, { name: 'grown', pool });
 * console.table(run.leaderboard().rows);
 */
export async function grow(experiment: Experiment, options: GrowOptions = {}): Promise<Run> {
  return new Run(await growRun(experiment, options));
}
