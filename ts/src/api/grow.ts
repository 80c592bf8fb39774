import type { Experiment } from '../domain/experiment.js';
import { type GrowOptions, growRun } from '../run/session.js';
import { Run } from './run.js';

/**
 * Grows a new run of an experiment, from its beginning to its end.
 *
 * @throws Mu2NetError RUN_EXISTS, CANCELLED, and whatever reading the data or training throws. Once
 *   there is a record, the error's `subject.run` names it, and `openRun(run).resume()` goes on.
 *
 * @example
 * const experiment = loadExperiment('tiny.yaml');
 * const run = await grow(experiment, { name: 'grown', pool });
 * console.table(run.leaderboard().rows);
 */
export async function grow(experiment: Experiment, options: GrowOptions = {}): Promise<Run> {
  return new Run(await growRun(experiment, options));
}
