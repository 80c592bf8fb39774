import { budgetOf } from '../domain/budget.js';
import type { PathId } from '../domain/path.js';
import { componentsOf, flopsOf, pathOf } from '../domain/system.js';
import type { TaskName } from '../domain/task.js';
import { readRun } from '../state/ledger.js';
import { recallModels } from '../state/recall.js';
import { runNameOf } from '../state/runs.js';
import type { Sampled } from '../state/sampled.js';
import { childFlops } from './child-flops.js';
import { type Disagreement, disagreement } from './disagreement.js';
import { type Interval, newcombe, type Proportion, tango, wilson } from './interval.js';
import { leaderboard } from './leaderboard.js';

/**
 * How far a model's test accuracy is from the first system's. Paired: image by image. Unpaired: as if
 * each had a test of its own, since a record does not say which images it gets right, or because the
 * two were tested on other data.
 */
export type AccuracyDifference = {
  readonly value: number;
  /** 95 %: Tango's if paired, Newcombe's if not. */
  readonly interval: Interval;
  /** It is the same model, and there is nothing to estimate. */
  readonly same: boolean;
} & (({ readonly paired: true } & Disagreement) | { readonly paired: false });

/** A task's model in one of the compared systems. */
export interface ComparedModel {
  readonly pathId: PathId;
  /** On the whole test split; null until it is tested, as are accuracy, interval and difference. */
  readonly test: Proportion | null;
  readonly testAccuracy: number | null;
  /** 95 % Wilson. */
  readonly interval: Interval | null;
  readonly difference: AccuracyDifference | null;
  readonly validationAccuracy: number;
  readonly score: number;
  readonly accountedParams: number;
  readonly totalParams: number;
  /** Floating-point operations of one image's forward pass. */
  readonly flops: number;
  /**
   * Floating-point operations of training and validating every child that the task ever had; null
   * when they were another branch's, from which the model was adopted.
   */
  readonly trainingFlops: number | null;
}

export interface ComparedSystem {
  readonly name: string;
  /** Of the tasks that every compared system was tested on; null when there is none. */
  readonly meanTestAccuracy: number | null;
  readonly systemParams: number;
  readonly trainingFlops: number;
}

/** Systems beside each other, task by task; the first is what the others are compared with. */
export interface Comparison {
  readonly systems: readonly ComparedSystem[];
  readonly tasks: readonly {
    readonly task: TaskName;
    /** In the order of the systems; null where a system has no model of the task. */
    readonly models: readonly (ComparedModel | null)[];
  }[];
}

interface Measured extends Omit<ComparedModel, 'difference'> {
  readonly task: TaskName;
  /** Which test images it gets right; null where that is not known. */
  readonly outcomes: Uint8Array | null;
  /** Where the test images are from: equal for equal ones. */
  readonly testData: string;
  /** Equal for equal models. */
  readonly identity: string;
}

interface Measurements {
  readonly name: string;
  readonly systemParams: number;
  readonly models: ReadonlyMap<TaskName, Measured>;
}

/**
 * Compares branches or runs, of which the first is the one that the others are measured against.
 * @param addresses run directories, or `directory:branch`.
 */
export function compare(...addresses: readonly string[]): Comparison {
  const all = addresses.map(measured);
  const names = [...new Set(all.flatMap(({ models }) => [...models.keys()]))];
  const tasks = names.map((task) => {
    const [first, ...others] = all.map(({ models }) => models.get(task));
    const models = [first, ...others].map((model) => model && compared(model, first));
    return { task, models: models.map((model) => model ?? null) };
  });
  const common = tasks.filter(({ models }) => models.every((model) => model?.test));
  return {
    systems: all.map(({ name, systemParams, models }, at) => ({
      name,
      meanTestAccuracy:
        common.length === 0
          ? null
          : sum(common.map((each) => each.models[at]?.testAccuracy ?? 0)) / common.length,
      systemParams,
      trainingFlops: sum([...models.values()].map(({ trainingFlops }) => trainingFlops ?? 0)),
    })),
    tasks,
  };
}

const sum = (numbers: readonly number[]) => numbers.reduce((a, b) => a + b, 0);

function compared(measured: Measured, first: Measured | undefined): ComparedModel {
  const { task: _, identity: __, outcomes: ___, testData: ____, ...model } = measured;
  return { ...model, difference: first ? difference(first, measured) : null };
}

function difference(first: Measured, other: Measured): AccuracyDifference | null {
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

function measured(address: string): Measurements {
  return readRun(address, (ledger) => {
    const name = runNameOf(address);
    const board = leaderboard(ledger, name);
    const system = recallModels(ledger);
    const tests = new Map(
      ledger
        .evaluations()
        .filter(({ split }) => split === 'test')
        .map((evaluation) => [evaluation.path, evaluation]),
    );
    const experiments = ledger.experiments();
    const tasks = new Map(ledger.tasks().map((task) => [task.name, task]));
    const spent = new Map<TaskName, number>();
    for (const { task, child, path } of ledger.children<Sampled>()) {
      const known = tasks.get(task)?.facts;
      const of = experiments.findLast(({ point }) => point.path <= path);
      if (!known || !of) continue;
      const budget = budgetOf(of.experiment.training, known);
      const flops = childFlops(child, system.architecture, budget);
      spent.set(task, (spent.get(task) ?? 0) + flops);
    }
    const models = board.rows.map((row): Measured => {
      const path = pathOf(system, row.pathId);
      const components = componentsOf(path, system);
      const evaluation = tests.get(row.pathId);
      const data = tasks.get(row.task);
      const test = evaluation ? { correct: evaluation.correct, total: evaluation.total } : null;
      return {
        task: row.task,
        identity: components.map(({ params }) => params).join(),
        pathId: row.pathId,
        outcomes: evaluation?.outcomes ?? null,
        testData: JSON.stringify([data?.source, data?.splits.test]),
        test,
        testAccuracy: row.testAccuracy,
        interval: test && wilson(test),
        validationAccuracy: row.validationAccuracy,
        score: row.score,
        accountedParams: row.accountedParams,
        totalParams: row.totalParams,
        flops: flopsOf(path.hyperparameters, system),
        trainingFlops: spent.get(row.task) ?? null,
      };
    });
    return {
      name,
      systemParams: board.systemParams,
      models: new Map(models.map((model) => [model.task, model])),
    };
  });
}
