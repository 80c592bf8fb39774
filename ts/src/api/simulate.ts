import type { Experiment } from '../domain/experiment.js';
import type { RunEvent } from '../run/events/events.js';
import { simulate as dryRun, type Simulation } from '../run/simulate.js';

/** Options of `simulate`. */
export interface SimulateOptions {
  /**
   * Floating-point operations per second that you measured, for an estimate of hours; by default
   * there is none.
   */
  readonly flopsPerSecond?: number | undefined;
  /** Called with each event of the simulated run. */
  readonly onEvent?: ((event: RunEvent) => void) | undefined;
}

/**
 * Simulates an experiment: makes every decision of the evolution, and computes no tensor.
 * Accuracies are synthetic; sizes, locks and costs follow from the decisions. If the method comes
 * from a module, this runs it.
 *
 * @throws Mu2NetError CONFIG_INVALID when the configuration does not declare the facts of a task's
 *   data.
 *
 * @example
 * const experiment = loadExperiment('tiny.yaml', { dataMustExist: false });
 * const { children, flops } = await simulate(experiment);
 */
export async function simulate(
  experiment: Experiment,
  { flopsPerSecond, onEvent }: SimulateOptions = {},
): Promise<Simulation> {
  return dryRun(experiment, flopsPerSecond, onEvent);
}
