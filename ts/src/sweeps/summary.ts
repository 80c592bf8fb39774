import { join } from 'node:path';
import type { TaskName } from '../domain/task.js';
import { isRun } from '../state/directory.js';
import { readRun } from '../state/record/ledger.js';
import { isFinished } from '../state/record/recall.js';
import { MAIN } from '../state/record/records.js';
import { type Leaderboard, leaderboard } from '../views/leaderboard.js';
import { type Mean, meanOf } from '../views/student.js';
import { readManifest } from './manifest.js';
import type { Setting } from './plan.js';

/** A task under one setting, over the seeds whose runs have tested it. */
export interface SweepTask {
  readonly task: TaskName;
  readonly testAccuracy: Mean | null;
  /**
   * The accuracy minus that of the first setting, paired by seed, because both runs have the same
   * draws and test images; null for the first setting, and without a common seed.
   */
  readonly difference: Mean | null;
}

/** The runs of one setting. */
export interface SweepSetting {
  /** The values that it gives to keys of the configuration. */
  readonly set: Setting;
  readonly runs: readonly {
    readonly run: string;
    readonly seed: number;
    readonly state: 'finished' | 'begun' | 'waiting';
  }[];
  /** Over finished runs: mean test accuracy of all tasks, and its difference like a task's. */
  readonly mean: Omit<SweepTask, 'task'>;
  readonly systemParameterCount: Mean | null;
  readonly tasks: readonly SweepTask[];
}

/** The results of a sweep: each setting, over its seeds. */
export interface SweepSummary {
  readonly sweep: string;
  readonly settings: readonly SweepSetting[];
}

/** A finished run. */
interface Result {
  readonly seed: number;
  readonly board: Leaderboard;
}

/**
 * Reads the results of a sweep. Only finished runs count.
 * @throws Mu2NetError RUN_UNKNOWN, RUN_CORRUPT
 */
export function summarizeSweep(folder: string, name: string): SweepSummary {
  const { settings, cells } = readManifest(folder, name);
  const read = cells.map((cell) => ({ ...cell, ...resultOf(folder, cell.run) }));
  const resultsOf = (index: number): readonly Result[] =>
    read.flatMap(({ setting, seed, board }) =>
      setting === index && board !== null ? [{ seed, board }] : [],
    );
  const first = resultsOf(0);
  return {
    sweep: name,
    settings: settings.map((set, index) => {
      const results = resultsOf(index);
      const against = index === 0 ? null : first;
      const tasks = [
        ...new Set(results.flatMap(({ board }) => board.rows.map(({ task }) => task))),
      ];
      return {
        set,
        runs: read
          .filter(({ setting }) => setting === index)
          .map(({ run, seed, state }) => ({ run, seed, state })),
        mean: measure(results, against, ({ meanTestAccuracy }) => meanTestAccuracy),
        systemParameterCount: meanOf(results.map(({ board }) => board.systemParameterCount)),
        tasks: tasks.map((task) => ({
          task,
          ...measure(results, against, ({ rows }) => {
            return rows.find((row) => row.task === task)?.testAccuracy ?? null;
          }),
        })),
      };
    }),
  };
}

function resultOf(folder: string, run: string) {
  const directory = join(folder, run);
  if (!isRun(directory)) return { state: 'waiting', board: null } as const;
  return readRun({ directory, branch: MAIN }, (ledger) =>
    isFinished(ledger)
      ? ({ state: 'finished', board: leaderboard(ledger, run) } as const)
      : ({ state: 'begun', board: null } as const),
  );
}

/** Returns the mean of a value over seeds, and of its differences from the first setting. */
function measure(
  results: readonly Result[],
  first: readonly Result[] | null,
  valueIn: (board: Leaderboard) => number | null,
): Omit<SweepTask, 'task'> {
  const values = valuesOf(results, valueIn);
  const before = valuesOf(first ?? [], valueIn);
  const differences = [...values].flatMap(([seed, value]) => {
    const other = before.get(seed);
    return other === undefined ? [] : [value - other];
  });
  return { testAccuracy: meanOf([...values.values()]), difference: meanOf(differences) };
}

function valuesOf(
  results: readonly Result[],
  valueIn: (board: Leaderboard) => number | null,
): ReadonlyMap<number, number> {
  return new Map(
    results.flatMap(({ seed, board }) => {
      const value = valueIn(board);
      return value === null ? [] : [[seed, value] as const];
    }),
  );
}
