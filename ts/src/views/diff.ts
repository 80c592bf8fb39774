import type { Component, ComponentName } from '../domain/component.js';
import type { Experiment } from '../domain/experiment.js';
import type { PathId } from '../domain/path.js';
import { componentsOf, pathOf, type System } from '../domain/system.js';
import type { TaskName } from '../domain/task.js';
import type { Ledger } from '../state/record/ledger.js';
import { currentExperiment, recallModels } from '../state/record/recall.js';
import { type Change, changes } from './changes.js';
import { type LeaderboardRow, leaderboard } from './leaderboard.js';
import { settingChanges } from './log.js';

/** The components that the two sides have at one place of a model. */
export interface ComponentDifference {
  readonly name: ComponentName;
  readonly kind: 'same' | 'other' | 'only-a' | 'only-b';
  /** Parameters of b's component, or of a's if b has none. */
  readonly parameterCount: number;
}

/** A task's model on one side. */
export interface DiffModel {
  readonly pathId: PathId;
  /** null under a method of a module, until a run with this method has recorded it. */
  readonly score: number | null;
  readonly validationAccuracy: number;
  readonly testAccuracy: number | null;
  readonly parameterCount: number;
}

/** The difference between two systems in one task. */
export interface TaskDifference {
  readonly task: TaskName;
  /** Whether both have the same model. */
  readonly same: boolean;
  readonly a: DiffModel | null;
  readonly b: DiffModel | null;
  readonly hyperparameters: readonly Change[];
  readonly components: readonly ComponentDifference[];
}

/** The size of a set of components. */
export interface Amount {
  readonly components: number;
  readonly parameterCount: number;
}

/** The difference between two systems, from `a` to `b`. */
export interface SystemDifference {
  readonly a: string;
  readonly b: string;
  /** Settings of b's experiment that differ from a's. */
  readonly settings: readonly Change[];
  readonly tasks: readonly TaskDifference[];
  /** Components with the same contents in the tasks' models of both. */
  readonly both: Amount;
  readonly onlyA: Amount;
  readonly onlyB: Amount;
}

/** Returns the difference between two systems. */
export function diff(left: DiffSide, right: DiffSide): SystemDifference {
  const tasks = [...new Set([...left.rows.keys(), ...right.rows.keys()])];
  const [ours, theirs] = [contentsOf(left), contentsOf(right)];
  return {
    a: left.name,
    b: right.name,
    settings: settingChanges(left.experiment, right.experiment),
    tasks: tasks.map((task) => taskDifference(task, left, right)),
    both: amountOf([...theirs.values()].filter(({ paramsDigest }) => ours.has(paramsDigest))),
    onlyA: amountOf([...ours.values()].filter(({ paramsDigest }) => !theirs.has(paramsDigest))),
    onlyB: amountOf([...theirs.values()].filter(({ paramsDigest }) => !ours.has(paramsDigest))),
  };
}

/** The contents of one system that a difference needs. */
export interface DiffSide {
  readonly name: string;
  readonly experiment: Experiment;
  readonly system: System;
  readonly rows: ReadonlyMap<TaskName, LeaderboardRow>;
}

/** Reads one side of a difference from the record of a system. */
export function diffSideOf(ledger: Ledger, name: string): DiffSide {
  return {
    name,
    experiment: currentExperiment(ledger).experiment,
    system: recallModels(ledger),
    rows: new Map(leaderboard(ledger, name).rows.map((row) => [row.task, row])),
  };
}

/** Components of the tasks' models of a system, by the digest of their parameters. */
function contentsOf({ system, rows }: DiffSide): ReadonlyMap<string, Component> {
  const components = [...rows.values()].flatMap(({ pathId }) =>
    componentsOf(pathOf(system, pathId), system),
  );
  return new Map(components.map((component) => [component.paramsDigest, component]));
}

function amountOf(components: readonly Component[]): Amount {
  const parameters = components.reduce((sum, each) => sum + each.parameterCount, 0);
  return { components: components.length, parameterCount: parameters };
}

function taskDifference(task: TaskName, left: DiffSide, right: DiffSide): TaskDifference {
  const [rowA, rowB] = [left.rows.get(task), right.rows.get(task)];
  const [partsA, partsB] = [partsOf(left, rowA), partsOf(right, rowB)];
  const names = [...new Set([...partsB.keys(), ...partsA.keys()])];
  const components = names.map((name): ComponentDifference => {
    const [a, b] = [partsA.get(name), partsB.get(name)];
    const kind = !a
      ? 'only-b'
      : !b
        ? 'only-a'
        : a.paramsDigest === b.paramsDigest
          ? 'same'
          : 'other';
    return { name, kind, parameterCount: (b ?? a)?.parameterCount ?? 0 };
  });
  const valuesOf = ({ system }: DiffSide, row: LeaderboardRow | undefined) =>
    row ? pathOf(system, row.pathId).hyperparameters : undefined;
  return {
    task,
    same: components.every(({ kind }) => kind === 'same'),
    a: modelOf(rowA),
    b: modelOf(rowB),
    hyperparameters: rowA && rowB ? changes(valuesOf(left, rowA), valuesOf(right, rowB)) : [],
    components,
  };
}

function partsOf({ system }: DiffSide, row: LeaderboardRow | undefined) {
  const components = row ? componentsOf(pathOf(system, row.pathId), system) : [];
  return new Map(components.map((component) => [component.name, component]));
}

function modelOf(row: LeaderboardRow | undefined): DiffModel | null {
  if (!row) return null;
  const { pathId, score, validationAccuracy, testAccuracy, parameterCount: totalParams } = row;
  return { pathId, score, validationAccuracy, testAccuracy, parameterCount: totalParams };
}
