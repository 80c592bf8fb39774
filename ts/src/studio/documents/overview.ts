import type { RunSummary } from '../../api/survey-runs.js';

/** `/api/overview`: the runs of a folder. */
export interface Overview {
  /** Version of mu2net. */
  readonly version: string;
  /** The folder of the runs. */
  readonly folder: string;
  /** A summary of every branch of every run, latest run first. */
  readonly runs: readonly RunSummary[];
}
