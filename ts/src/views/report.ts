import { isDeepStrictEqual } from 'node:util';
import { catalogueTask, type PublishedResult, publishedOf } from '../catalogue/index.js';
import { architectureName } from '../domain/architecture.js';
import type { Task, TaskName } from '../domain/task.js';
import type { Ledger } from '../state/record/ledger.js';
import { currentExperiment } from '../state/record/recall.js';
import { leaderboard } from './leaderboard.js';

/** The result of a task, and the results that the papers report for it. */
export interface ReportRow {
  readonly task: TaskName;
  /** Top-1 on the whole test split, in [0, 1]; null until it is evaluated. */
  readonly testAccuracy: number | null;
  /** Empty if the papers report no result of the task, or the run used other data. */
  readonly published: readonly ComparedResult[];
  /** Whether classes, splits and their sizes are those of the catalogue, and so of the papers. */
  readonly sameData: boolean;
}

/** A published result, and the run's distance from it. */
export interface ComparedResult extends PublishedResult {
  /** The run's accuracy minus the published one; null until the run has one. */
  readonly difference: number | null;
}

/** The results of a run beside those of the papers. */
export interface Report {
  readonly run: string;
  readonly method: string;
  /** The architecture's name, for example `Ti/16`; null if it has none. */
  readonly architecture: string | null;
  readonly rows: readonly ReportRow[];
}

/** Compares a run's results with those of the papers, in the order of the leaderboard. */
export function report(ledger: Ledger, run: string, board = leaderboard(ledger, run)): Report {
  const { experiment } = currentExperiment(ledger);
  const tasks = new Map(ledger.tasks().map((task) => [task.name, task]));
  const rows = board.rows.map(({ task, testAccuracy }): ReportRow => {
    const known = tasks.get(task);
    const sameData = known !== undefined && isOfPapers(known);
    const published = sameData ? publishedOf(task) : [];
    return {
      task,
      testAccuracy,
      sameData,
      published: published.map((result) => ({
        ...result,
        difference: testAccuracy === null ? null : testAccuracy - result.value,
      })),
    };
  });
  const architecture = architectureName(experiment.architecture) ?? null;
  return { run, method: experiment.method.name, architecture, rows };
}

/**
 * Returns whether a task equals the catalogue's task of that name, apart from where its data is.
 */
function isOfPapers({ name, splits, facts }: Task): boolean {
  const known = catalogueTask(name);
  return isDeepStrictEqual({ splits, facts }, { splits: known?.splits, facts: known?.facts });
}
