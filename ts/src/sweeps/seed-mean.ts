import type { TaskName } from '../domain/task.js';
import { crossedMeanOf } from '../views/crossed-mean.js';
import type { Interval } from '../views/interval.js';
import { type Mean, meanOf } from '../views/student.js';
import type { SeedResult } from './series.js';

/** A mean over seeds; its `interval` says what other seeds would give. */
export interface SeedMean extends Mean {
  /**
   * 95 % interval of the mean of a task for other seeds and other test images, and of the mean of
   * all tasks for other seeds and other tasks. With one seed, it is for other images or tasks alone.
   * null where the record lacks the outcome of each image, where the test images are not the same,
   * and for a mean over one task.
   */
  readonly crossedInterval: Interval | null;
}

/** Test accuracies of a task, or differences of them, by seed. */
export type BySeed = ReadonlyMap<number, Tested>;

interface Tested {
  readonly value: number;
  /** The value of each test image, and a text that is equal for equal test sets. */
  readonly images: { readonly test: string; readonly values: readonly number[] } | null;
}

/** Returns the test accuracies of a task, by seed. */
export function accuraciesOf(task: TaskName, results: readonly SeedResult[]): BySeed {
  return new Map(
    results.flatMap(({ seed, measures }): [number, Tested][] => {
      const { test, outcomes, testData } = measures.models.get(task) ?? {};
      if (!test) return [];
      const images = outcomes && {
        test: `${test.total} ${testData}`,
        values: bitsOf(outcomes, test.total),
      };
      return [[seed, { value: test.correct / test.total, images: images ?? null }]];
    }),
  );
}

/** Subtracts accuracies from those of the same seeds, image by image where these are the same. */
export function subtract(others: BySeed, first: BySeed): BySeed {
  return new Map(
    [...others].flatMap(([seed, ours]): [number, Tested][] => {
      const theirs = first.get(seed);
      if (theirs === undefined) return [];
      const [a, b] = [ours.images, theirs.images];
      const images =
        a && a.test === b?.test
          ? { test: a.test, values: a.values.map((value, at) => value - (b.values[at] ?? 0)) }
          : null;
      return [[seed, { value: ours.value - theirs.value, images }]];
    }),
  );
}

/** Returns the mean over the seeds of a task; null without a seed. */
export function meanOfTask(bySeed: BySeed): SeedMean | null {
  const tested = [...bySeed.values()];
  const mean = meanOf(tested.map(({ value }) => value));
  const images = tested.flatMap((each) => each.images ?? []);
  const isCrossed =
    images.length === tested.length && new Set(images.map(({ test }) => test)).size === 1;
  return (
    mean && {
      ...mean,
      crossedInterval: isCrossed
        ? crossedMeanOf(images.map(({ values }) => values)).interval
        : null,
    }
  );
}

/** Returns the mean of several tasks, over the seeds that have all of them; null without one. */
export function meanOfTasks(tasks: readonly BySeed[]): SeedMean | null {
  const seeds = [...(tasks[0]?.keys() ?? [])].filter((seed) =>
    tasks.every((each) => each.has(seed)),
  );
  if (seeds.length === 0) return null;
  const table = seeds.map((seed) => tasks.map((each) => each.get(seed)?.value ?? Number.NaN));
  const { bySeed, interval } = crossedMeanOf(table);
  const mean = meanOf(bySeed);
  return mean && { ...mean, crossedInterval: interval };
}

/** Unpacks a bit for each image; the first is the highest of its byte. */
function bitsOf(outcomes: Uint8Array, total: number): readonly number[] {
  return Array.from({ length: total }, (_, at) => ((outcomes[at >> 3] ?? 0) >> (7 - (at & 7))) & 1);
}
