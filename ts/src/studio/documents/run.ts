import type { RunSummary } from '../../api/survey-runs.js';
import type { Leaderboard } from '../../views/leaderboard.js';
import type { Log } from '../../views/log.js';
import type { Status } from '../../views/status.js';

/** `/api/runs/<run>`: the progress and the models of a branch, or a start without a record. */
export type RunDocument =
  | {
      readonly kind: 'branch';
      readonly run: string;
      readonly status: Status;
      readonly board: Leaderboard;
      /** The history of the whole run, with all its branches. */
      readonly log: Log;
    }
  | {
      readonly kind: 'start';
      readonly run: string;
      readonly start: Extract<RunSummary, { readonly kind: 'start' }>;
    };
