import type { Experiment } from '../domain/experiment.js';
import type { RunEvent } from '../run/events.js';
import { CHIP_FLOPS_PER_SECOND, simulate as dryRun, type Simulation } from '../run/simulate.js';

/** How a simulation estimates time, and who listens. */
export interface SimulateOptions {
  /** Operations per second that one accelerator sustains; 1e14 by default. */
  readonly flopsPerSecond?: number | undefined;
  /** Called with each event of the simulated run. */
  readonly onEvent?: ((event: RunEvent) => void) | undefined;
}

/**
 * Simulates an experiment: every decision is made, no tensor is computed. Sizes, locks and cost are
 * those of the simulated evolution; its accuracies are synthetic.
 *
 * @throws Mu2NetError CONFIG_INVALID when the facts of a task's data are not declared.
 *
 * @example
 * const experiment = loadExperiment('tiny.yaml', { dataMustExist: false });
 * const { children, chipHours } = await simulate(experiment);
 */
export async function simulate(
  experiment: Experiment,
  { flopsPerSecond = CHIP_FLOPS_PER_SECOND, onEvent }: SimulateOptions = {},
): Promise<Simulation> {
  return dryRun(experiment, flopsPerSecond, onEvent);
}
