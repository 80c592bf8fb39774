import type { Experiment } from '../domain/experiment.js';
import type { ResolvedMethod, Streams } from '../evolution/index.js';

/** How a run evolves its system: its experiment, and what follows from it. */
export interface Evolution {
  readonly experiment: Experiment;
  /** The task iteration at which the experiment begins, counted over the system's history. */
  readonly firstIteration: number;
  readonly method: ResolvedMethod;
  readonly streams: Streams;
}
