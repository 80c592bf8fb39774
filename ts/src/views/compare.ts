import { budgetOf } from '../domain/budget.js';
import type { PathId } from '../domain/path.js';
import { componentsOf, flopsOf, pathOf, type System } from '../domain/system.js';
import type { Task, TaskName } from '../domain/task.js';
import type { Ledger } from '../state/record/ledger.js';
import { recallModels } from '../state/record/recall.js';
import type { EvaluationRecord } from '../state/record/records.js';
import { childFlops } from './child-flops.js';
import { type Disagreement, disagreement } from './disagreement.js';
import { type Interval, newcombe, type Proportion, tango, wilson } from './interval.js';
import { type LeaderboardRow, leaderboard } from './leaderboard.js';

/**
 * The difference between a model's test accuracy and that of the first system. A paired difference
 * compares the models image by image. An unpaired one compares two independent tests, because a
 * record lacks the outcomes of single images, or because the test data differs.
 */
export type AccuracyDifference = {
  readonly value: number;
  /** The 95 % interval: Tango's if paired, Newcombe's if not. */
  readonly interval: Interval;
  /** Whether both are the same model; then nothing is estimated. */
  readonly same: boolean;
} & (({ readonly paired: true } & Disagreement) | { readonly paired: false });

/** A task's model in one of the compared systems. */
export interface ComparedModel {
  readonly pathId: PathId;
  /**
   * Images of the whole test split; null until the test, like accuracy, interval and difference.
   */
  readonly test: Proportion | null;
  readonly testAccuracy: number | null;
  /** Wilson's 95 % interval. */
  readonly interval: Interval | null;
  readonly difference: AccuracyDifference | null;
  readonly validationAccuracy: number;
  /** null under a method of a module, until a run with this method has recorded it. */
  readonly score: number | null;
  /** null like the score. */
  readonly accountedParameterCount: number | null;
  readonly parameterCount: number;
  /** Floating-point operations of one image's forward pass. */
  readonly flops: number;
  /**
   * Floating-point operations of training and validating every child that the task ever had; null
   * if the model was adopted from a branch, which trained them.
   */
  readonly trainingFlops: number | null;
}

/** A compared system as a whole. */
export interface ComparedSystem {
  readonly name: string;
  /** Mean over the tasks that every compared system was tested on; null without such tasks. */
  readonly meanTestAccuracy: number | null;
  readonly systemParameterCount: number;
  readonly trainingFlops: number;
}

/** A comparison of systems, task by task, with the first one. */
export interface Comparison {
  readonly systems: readonly ComparedSystem[];
  readonly tasks: readonly {
    readonly task: TaskName;
    /** In the order of the systems; null if a system has no model of the task. */
    readonly models: readonly (ComparedModel | null)[];
  }[];
}

interface ModelMeasures extends Omit<ComparedModel, 'difference'> {
  readonly task: TaskName;
  /** One bit per test image: 1 means correct. null if the record lacks them. */
  readonly outcomes: Uint8Array | null;
  /** A text that identifies the test set: equal for equal test sets. */
  readonly testData: string;
  /** A text that identifies the model: equal for equal models. */
  readonly identity: string;
}

/** The measures of one system that a comparison needs. */
export interface SystemMeasures {
  readonly name: string;
  readonly systemParameterCount: number;
  readonly models: ReadonlyMap<TaskName, ModelMeasures>;
}

/** Compares each system with the first one. */
export function compare(systems: readonly SystemMeasures[]): Comparison {
  const names = [...new Set(systems.flatMap(({ models }) => [...models.keys()]))];
  const tasks = names.map((task) => {
    const [first, ...others] = systems.map(({ models }) => models.get(task));
    const models = [first, ...others].map((model) => model && compareModel(model, first));
    return { task, models: models.map((model) => model ?? null) };
  });
  const common = tasks.filter(({ models }) => models.every((model) => model?.test));
  return {
    systems: systems.map(({ name, systemParameterCount, models }, at) => ({
      name,
      meanTestAccuracy:
        common.length === 0
          ? null
          : sum(common.map((each) => each.models[at]?.testAccuracy ?? 0)) / common.length,
      systemParameterCount,
      trainingFlops: sum([...models.values()].map(({ trainingFlops }) => trainingFlops ?? 0)),
    })),
    tasks,
  };
}

const sum = (numbers: readonly number[]) => numbers.reduce((a, b) => a + b, 0);

function compareModel(measures: ModelMeasures, first: ModelMeasures | undefined): ComparedModel {
  const { task: _, identity: __, outcomes: ___, testData: ____, ...model } = measures;
  return { ...model, difference: first ? accuracyDifference(first, measures) : null };
}

function accuracyDifference(first: ModelMeasures, other: ModelMeasures): AccuracyDifference | null {
  if (!first.test || !other.test) return null;
  if (first.identity === other.identity) {
    return { value: 0, interval: [0, 0], same: true, paired: true, onlyFirst: 0, onlyOther: 0 };
  }
  const value = other.test.correct / other.test.total - first.test.correct / first.test.total;
  const { total } = other.test;
  const sameTest = first.testData === other.testData && first.test.total === total;
  if (!first.outcomes || !other.outcomes || !sameTest) {
    return { value, interval: newcombe(first.test, other.test), same: false, paired: false };
  }
  const only = disagreement(first.outcomes, other.outcomes);
  return { value, interval: tango(only, total), same: false, paired: true, ...only };
}

/** Reads the measures of a system from its record. */
export function measuresOf(ledger: Ledger, name: string): SystemMeasures {
  const system = recallModels(ledger);
  const board = leaderboard(ledger, name);
  const tasks = new Map(ledger.tasks().map((task) => [task.name, task]));
  const spent = trainingFlopsOf(ledger, tasks, system);
  const tests = new Map(
    ledger
      .evaluations()
      .filter(({ split }) => split === 'test')
      .map((evaluation) => [evaluation.pathId, evaluation]),
  );
  const models = board.rows.map((row): [TaskName, ModelMeasures] => {
    const data = tasks.get(row.task);
    const measured = modelMeasures(row, system, tests.get(row.pathId));
    const testData = JSON.stringify([data?.source, data?.splits.test]);
    return [row.task, { ...measured, testData, trainingFlops: spent.get(row.task) ?? null }];
  });
  return { name, systemParameterCount: board.systemParameterCount, models: new Map(models) };
}

function modelMeasures(
  row: LeaderboardRow,
  system: System,
  evaluation: EvaluationRecord | undefined,
): Omit<ModelMeasures, 'testData' | 'trainingFlops'> {
  const {
    task,
    pathId,
    testAccuracy,
    validationAccuracy,
    score,
    accountedParameterCount: accountedParams,
    parameterCount: totalParams,
  } = row;
  const path = pathOf(system, pathId);
  const test = evaluation ? { correct: evaluation.correct, total: evaluation.total } : null;
  return {
    task,
    identity: componentsOf(path, system)
      .map(({ paramsDigest }) => paramsDigest)
      .join(),
    pathId,
    outcomes: evaluation?.outcomes ?? null,
    test,
    testAccuracy,
    interval: test && wilson(test),
    validationAccuracy,
    score,
    accountedParameterCount: accountedParams,
    parameterCount: totalParams,
    flops: flopsOf(path.hyperparameters, system),
  };
}

/** Sums the operations of training and validating every recorded child, per task. */
function trainingFlopsOf(
  ledger: Ledger,
  tasks: ReadonlyMap<TaskName, Task>,
  { architecture }: System,
): ReadonlyMap<TaskName, number> {
  const experiments = ledger.experiments();
  const spent = new Map<TaskName, number>();
  for (const child of ledger.childWork()) {
    const { task, pathId } = child;
    const facts = tasks.get(task)?.facts;
    const owner = experiments.findLast(({ point }) => point.nextPathId <= pathId);
    if (!facts || !owner) continue;
    const budget = budgetOf(owner.experiment.training, facts);
    spent.set(task, (spent.get(task) ?? 0) + childFlops(child, architecture, budget));
  }
  return spent;
}
