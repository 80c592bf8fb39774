import type { PathId } from '../domain/path.js';
import { componentsOf, lineage } from '../domain/system.js';
import type { TaskName } from '../domain/task.js';
import { locksDuring, NOT_TRAINABLE } from '../evolution/index.js';
import type { Ledger } from '../state/record/ledger.js';
import { bestPaths, recallModels } from '../state/record/recall.js';
import { isBetterThanBaseline } from './better-than-baseline.js';
import { wilson } from './interval.js';
import { type ModelScore, scoresOf } from './scores.js';

/** The retained model of one task in the current system. */
export interface LeaderboardRow extends ModelScore {
  readonly task: TaskName;
  readonly isPrivate: boolean;
  readonly pathId: PathId;
  /** Top-1 on the whole test split, in [0, 1]; null until it is evaluated. */
  readonly testAccuracy: number | null;
  /** Accuracy of guessing: one divided by the number of classes. */
  readonly chance: number;
  /** Whether the whole 95 % interval of the test accuracy is above chance; null without a test. */
  readonly isBetterThanChance: boolean | null;
  /**
   * Top-1 on the same test split of the class that is most frequent in train; null if it was not
   * measured.
   */
  readonly majorityAccuracy: number | null;
  /** The same of a linear classifier on the features of the root model. */
  readonly probeAccuracy: number | null;
  /**
   * Whether the model is better than both, by a whole 95 % interval: that of its accuracy, and that
   * of its difference from the classifier on the same images, if those are recorded. null without
   * baselines.
   */
  readonly isBetterThanBaseline: boolean | null;
  readonly validationAccuracy: number;
  readonly parameterCount: number;
  /** Fraction of the model's parameters in components that other tasks use too. */
  readonly sharedFraction: number;
  /** Tasks of the living ancestors, from the parent to the root, which is called 'root'. */
  readonly lineage: readonly string[];
}

/** The models of a system's tasks, and totals of the system. */
export interface Leaderboard {
  readonly run: string;
  readonly rows: readonly LeaderboardRow[];
  readonly meanTestAccuracy: number | null;
  /** Parameters of all distinct components that the tasks' models use. */
  readonly systemParameterCount: number;
}

/** Returns the leaderboard of a run, with tasks in the order in which they were first learned. */
export function leaderboard(ledger: Ledger, run: string): Leaderboard {
  const system = recallModels(ledger);
  const scoreOf = scoresOf(ledger, system);
  const tasks = new Map(ledger.tasks().map((task) => [task.name, task]));
  const tested = new Map(
    ledger
      .evaluations()
      .filter(({ split }) => split === 'test')
      .map((each) => [each.pathId, each]),
  );
  const used = new Map<string, number>();
  const rows = [...bestPaths(ledger)].flatMap(([task, id]): LeaderboardRow[] => {
    const path = system.paths.get(id);
    if (!path || path.quality === null) return [];
    const locks = locksDuring(system, task);
    const components = componentsOf(path, system);
    for (const { id: component, parameterCount } of components) used.set(component, parameterCount);
    const total = components.reduce((sum, { parameterCount }) => sum + parameterCount, 0);
    const shared = components
      .filter(({ id: component }) =>
        [...(locks.get(component) ?? [])].some((lock) => lock !== NOT_TRAINABLE),
      )
      .reduce((sum, { parameterCount }) => sum + parameterCount, 0);
    const evaluation = tested.get(id);
    const chance = 1 / Math.max(1, tasks.get(task)?.facts.numClasses ?? 1);
    const record = tasks.get(task);
    const baseline = record ? ledger.baseline(record) : null;
    const [, ...ancestors] = lineage(path, system);
    return [
      {
        task,
        isPrivate: tasks.get(task)?.isPrivate ?? false,
        pathId: id,
        testAccuracy: evaluation ? evaluation.correct / evaluation.total : null,
        chance,
        isBetterThanChance: evaluation ? wilson(evaluation)[0] > chance : null,
        majorityAccuracy: baseline && baseline.majority / baseline.total,
        probeAccuracy: baseline && baseline.probe / baseline.total,
        isBetterThanBaseline:
          evaluation && baseline ? isBetterThanBaseline(evaluation, baseline) : null,
        validationAccuracy: path.quality,
        ...scoreOf(path),
        parameterCount: total,
        sharedFraction: shared / total,
        lineage: ancestors.map((ancestor) => ancestor.task ?? 'root'),
      },
    ];
  });
  const accuracies = rows.flatMap(({ testAccuracy }) =>
    testAccuracy === null ? [] : [testAccuracy],
  );
  return {
    run,
    rows,
    meanTestAccuracy:
      accuracies.length === 0 ? null : accuracies.reduce((a, b) => a + b, 0) / accuracies.length,
    systemParameterCount: [...used.values()].reduce((a, b) => a + b, 0),
  };
}
