import type { Interval } from './interval.js';
import { meanOf, quantile } from './student.js';

/** A mean over values that seeds and tasks give together: one for each seed and task. */
export interface CrossedMean {
  readonly seeds: number;
  readonly tasks: number;
  readonly value: number;
  /** The mean of each seed over its tasks. */
  readonly bySeed: readonly number[];
  /** The mean of each task over its seeds. */
  readonly byTask: readonly number[];
  /** Student's 95 % interval of the means of seeds: these tasks, other seeds; null for one seed. */
  readonly seedInterval: Interval | null;
  /**
   * 95 % interval for other seeds and other tasks; with one seed, for other tasks alone. null for
   * one task.
   */
  readonly interval: Interval | null;
}

const sum = (values: readonly number[]) => values.reduce((a, b) => a + b, 0);
const mean = (values: readonly number[]) => sum(values) / values.length;

/**
 * Returns the mean of a table with a row for each seed and a column for each task.
 *
 * Seeds and tasks are both random and crossed: value = mean + seed + task + rest. With S seeds and T
 * tasks, the variance of the mean is (MSseed + MStask − MSrest) ÷ (S T), and its degrees of freedom
 * are Satterthwaite's (Scheffé 1959, The Analysis of Variance, 7.4). No component of the variance
 * counts as negative.
 */
export function crossedMeanOf(table: readonly (readonly number[])[]): CrossedMean {
  const [seeds, tasks] = [table.length, table[0]?.length ?? 0];
  const bySeed = table.map(mean);
  const byTask = (table[0] ?? []).map((_, task) => mean(table.map((row) => row[task] ?? 0)));
  const value = mean(bySeed);
  const common = { seeds, tasks, value, bySeed, byTask };
  const seedInterval = meanOf(bySeed)?.interval ?? null;
  if (seeds < 2 || tasks < 2) {
    return { ...common, seedInterval, interval: tasks < 2 ? null : intervalOf(byTask) };
  }
  const square = (values: readonly number[]) => sum(values.map((each) => (each - value) ** 2));
  const [seedDegrees, taskDegrees] = [seeds - 1, tasks - 1];
  const restDegrees = seedDegrees * taskDegrees;
  const rest =
    sum(
      table.flatMap((row, seed) =>
        row.map((each, task) => (each - (bySeed[seed] ?? 0) - (byTask[task] ?? 0) + value) ** 2),
      ),
    ) / restDegrees;
  const ofSeeds = Math.max(rest, (tasks * square(bySeed)) / seedDegrees);
  const ofTasks = Math.max(rest, (seeds * square(byTask)) / taskDegrees);
  const combined = ofSeeds + ofTasks - rest;
  if (combined === 0) return { ...common, seedInterval, interval: [value, value] };
  const degrees =
    combined ** 2 /
    (ofSeeds ** 2 / seedDegrees + ofTasks ** 2 / taskDegrees + rest ** 2 / restDegrees);
  const half = quantile(degrees) * Math.sqrt(combined / (seeds * tasks));
  return { ...common, seedInterval, interval: [value - half, value + half] };
}

const intervalOf = (values: readonly number[]) => meanOf(values)?.interval ?? null;
