import { Mu2NetError } from '../domain/errors.js';
import type { TaskName } from '../domain/task.js';
import { type Mean, meanOf } from '../views/student.js';
import type { Setting } from './plan.js';
import {
  accuraciesOf,
  type BySeed,
  meanOfTask,
  meanOfTasks,
  type SeedMean,
  subtract,
} from './seed-mean.js';
import { readSeries, type Series, type SweepRun } from './series.js';

/** A task under one setting, over the seeds whose runs are finished. */
export interface SweepTask {
  readonly task: TaskName;
  readonly testAccuracy: SeedMean | null;
  /**
   * The accuracy minus that of the first setting, paired by seed, because both runs have the same
   * draws, and by image if both were tested on the same; null for the first setting, and without a
   * common seed.
   */
  readonly difference: SeedMean | null;
}

/** The runs of one setting. Only finished runs count. */
export interface SweepSetting {
  /** `<sweep>-<setting>`, which is what the names of its runs begin with. */
  readonly name: string;
  /** The values that it gives to keys of the configuration. */
  readonly set: Setting;
  readonly runs: readonly SweepRun[];
  /** The mean of all tasks; of a comparison, the tasks that every setting has. */
  readonly mean: Omit<SweepTask, 'task'>;
  readonly systemParameterCount: Mean | null;
  /** Floating-point operations of training and validating every child. */
  readonly trainingFlops: Mean | null;
  readonly tasks: readonly SweepTask[];
}

/** Settings, each over its seeds, and compared with the first one. */
export interface SweepComparison {
  readonly settings: readonly SweepSetting[];
}

/** The results of a sweep. */
export interface SweepSummary extends SweepComparison {
  /** Name of the sweep, or of one of its settings. */
  readonly sweep: string;
}

/**
 * Reads the results of a sweep, or of one of its settings.
 * @throws Mu2NetError RUN_UNKNOWN, RUN_CORRUPT
 */
export function summarizeSweep(folder: string, name: string): SweepSummary {
  return { sweep: name, settings: summarize(readSeries(folder, name)) };
}

/**
 * Compares the settings of sweeps with the first one. The sweeps may differ in anything, but need a
 * common task and a common seed.
 * @throws Mu2NetError RUN_UNKNOWN, RUN_CORRUPT; CONFIG_INVALID when they cannot be compared.
 */
export function compareSettings(folder: string, names: readonly string[]): SweepComparison {
  const series = names.flatMap((name) => readSeries(folder, name));
  const [first, ...others] = series;
  if (!first || others.length === 0) {
    throw refusal(names, `${names.join()} has one setting; name another sweep to compare it with`);
  }
  const seeds = finishedSeeds(first);
  for (const other of others) {
    if (finishedSeeds(other).some((seed) => seeds.includes(seed))) continue;
    const unfinished = [first, other].flatMap(unfinishedRuns);
    throw refusal(
      names,
      `${first.name} and ${other.name} have no finished run with the same seed${
        unfinished.length === 0 ? '' : `; not finished: ${unfinished.join(', ')}`
      }; 'npx mu2net sweep run' with the same configuration and --name goes on, and takes more --seeds`,
    );
  }
  const [tasks, ...otherTasks] = series.map(tasksOf);
  const at = otherTasks.findIndex((each) => !each.some((task) => tasks?.includes(task)));
  if (at >= 0) {
    throw refusal(
      names,
      `${first.name} and ${others[at]?.name} have no task in common: ${tasks?.join(', ')}; ${otherTasks[at]?.join(', ')}`,
    );
  }
  return { settings: summarize(series) };
}

const refusal = (names: readonly string[], message: string) =>
  new Mu2NetError('CONFIG_INVALID', message, { run: names[0] });

/** The runs of a setting that are not finished. */
const unfinishedRuns = ({ runs }: Series) =>
  runs.flatMap(({ run, state }) => (state === 'finished' ? [] : [run]));

const finishedSeeds = ({ results }: Series) => results.map(({ seed }) => seed);

const tasksOf = ({ results }: Series): readonly TaskName[] => [
  ...new Set(results.flatMap(({ measures }) => [...measures.models.keys()])),
];

function summarize(series: readonly Series[]): readonly SweepSetting[] {
  const accuracies = series.map(
    (each) => new Map(tasksOf(each).map((task) => [task, accuraciesOf(task, each.results)])),
  );
  const tested = accuracies.filter(({ size }) => size > 0);
  const common = [...(tested[0]?.keys() ?? [])].filter((task) =>
    tested.every((each) => each.has(task)),
  );
  const first = accuracies[0];
  return series.map(({ name, set, runs, results }, index) => {
    const ours = accuracies[index] ?? new Map<TaskName, BySeed>();
    const theirs = index === 0 ? undefined : first;
    const differenceOf = (task: TaskName): BySeed =>
      subtract(ours.get(task) ?? new Map(), theirs?.get(task) ?? new Map());
    return {
      name,
      set,
      runs,
      mean: {
        testAccuracy: meanOfTasks(common.map((task) => ours.get(task) ?? new Map())),
        difference: meanOfTasks(common.map(differenceOf)),
      },
      systemParameterCount: meanOf(results.map(({ measures }) => measures.systemParameterCount)),
      trainingFlops: meanOf(
        results.map(({ measures: { models } }) =>
          [...models.values()].reduce((sum, { trainingFlops }) => sum + (trainingFlops ?? 0), 0),
        ),
      ),
      tasks: [...ours].map(([task, bySeed]) => ({
        task,
        testAccuracy: meanOfTask(bySeed),
        difference: meanOfTask(differenceOf(task)),
      })),
    };
  });
}
