import type { Experiment } from '../domain/experiment.js';
import type { RunEvent } from '../run/events.js';
import { CHIP_FLOPS_PER_SECOND, simulate as dryRun, type Simulation } from '../run/simulate.js';

/** Options of `simulate`. */
export interface SimulateOptions {
  /** Floating-point operations per second that one accelerator sustains; 1e14 by default. */
  readonly flopsPerSecond?: number | undefined;
  /** Called with each event of the simulated run. */
  readonly onEvent?: ((event: RunEvent) => void) | undefined;
}

/**
 * Simulates an experiment: makes every decision of the evolution, and computes no tensor.
 * Accuracies are synthetic; sizes, locks and costs follow from the decisions.
 *
 * @throws Mu2NetError CONFIG_INVALID when the configuration does not declare the facts of a task's
 *   data.
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
