import { isDeepStrictEqual } from 'node:util';
import { catalogueTask, type PublishedResult, publishedOf } from '../catalogue/index.js';
import { architectureName } from '../domain/architecture.js';
import type { Task, TaskName } from '../domain/task.js';
import type { Ledger } from '../state/ledger.js';
import { currentExperiment } from '../state/recall.js';
import { leaderboard } from './leaderboard.js';

/** A task's result beside what the papers publish for it. */
export interface ReportRow {
  readonly task: TaskName;
  /** Top-1 on the whole test split, in [0, 1]; null until it is evaluated. */
  readonly testAccuracy: number | null;
  /** Empty where the papers publish nothing for the task, or its data is not theirs. */
  readonly published: readonly ComparedResult[];
  /** Whether classes, splits and their sizes are those of the catalogue, which are the papers'. */
  readonly sameData: boolean;
}

/** A published result, and how far the run's own is from it. */
export interface ComparedResult extends PublishedResult {
  /** The run's accuracy minus the published one; null until the run's is evaluated. */
  readonly difference: number | null;
}

/** A run's results beside the papers'. */
export interface Report {
  readonly run: string;
  readonly method: string;
  /** The architecture's name, for example `Ti/16`; null where it has none. */
  readonly architecture: string | null;
  readonly rows: readonly ReportRow[];
}

/** Compares a run's results with the papers', in the order of the leaderboard. */
export function report(ledger: Ledger, run: string): Report {
  const { experiment } = currentExperiment(ledger);
  const tasks = new Map(ledger.tasks().map((task) => [task.name, task]));
  const rows = leaderboard(ledger, run).rows.map(({ task, testAccuracy }): ReportRow => {
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

/** Whether a task is the catalogue's task of its name, wherever its data lies. */
function isOfPapers({ name, splits, facts }: Task): boolean {
  const known = catalogueTask(name);
  return isDeepStrictEqual({ splits, facts }, { splits: known?.splits, facts: known?.facts });
}
