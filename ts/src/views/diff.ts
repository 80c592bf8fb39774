import type { Component, ComponentName } from '../domain/component.js';
import type { PathId } from '../domain/path.js';
import { componentsOf, pathOf } from '../domain/system.js';
import type { TaskName } from '../domain/task.js';
import { readRun } from '../state/ledger.js';
import { currentExperiment, recallModels } from '../state/recall.js';
import { runNameOf } from '../state/runs.js';
import { type Change, changes } from './changes.js';
import { type LeaderboardRow, leaderboard } from './leaderboard.js';
import { settingChanges } from './log.js';

/** A place in a model, and what either side has there. */
export interface ComponentDifference {
  readonly name: ComponentName;
  readonly kind: 'same' | 'other' | 'only-a' | 'only-b';
  /** Parameters of what b has there, else of what a has. */
  readonly parameters: number;
}

/** A task's model as one side has it. */
export interface DiffModel {
  readonly pathId: PathId;
  readonly score: number;
  readonly validationAccuracy: number;
  readonly testAccuracy: number | null;
  readonly totalParams: number;
}

export interface TaskDifference {
  readonly task: TaskName;
  /** Whether both have the very same model. */
  readonly same: boolean;
  readonly a: DiffModel | null;
  readonly b: DiffModel | null;
  readonly hyperparameters: readonly Change[];
  readonly components: readonly ComponentDifference[];
}

export interface Amount {
  readonly components: number;
  readonly parameters: number;
}

/** What tells two systems apart, from `a` to `b`. */
export interface SystemDifference {
  readonly a: string;
  readonly b: string;
  /** What b's experiment does otherwise. */
  readonly settings: readonly Change[];
  readonly tasks: readonly TaskDifference[];
  /** Components of the tasks' models, told apart by their contents. */
  readonly both: Amount;
  readonly onlyA: Amount;
  readonly onlyB: Amount;
}

/** Tells two branches or runs apart: `directory` or `directory:branch`. */
export function diff(a: string, b: string): SystemDifference {
  const [left, right] = [sideOf(a), sideOf(b)];
  const tasks = [...new Set([...left.rows.keys(), ...right.rows.keys()])];
  const [ours, theirs] = [contentsOf(left), contentsOf(right)];
  return {
    a: runNameOf(a),
    b: runNameOf(b),
    settings: settingChanges(left.experiment, right.experiment),
    tasks: tasks.map((task) => taskDifference(task, left, right)),
    both: amountOf([...theirs.values()].filter(({ params }) => ours.has(params))),
    onlyA: amountOf([...ours.values()].filter(({ params }) => !theirs.has(params))),
    onlyB: amountOf([...theirs.values()].filter(({ params }) => !ours.has(params))),
  };
}

type Side = ReturnType<typeof sideOf>;

function sideOf(address: string) {
  return readRun(address, (ledger) => ({
    experiment: currentExperiment(ledger).experiment,
    system: recallModels(ledger),
    rows: new Map(leaderboard(ledger, '').rows.map((row) => [row.task, row])),
  }));
}

/** Components of the tasks' models of a system, by the digest of their parameters. */
function contentsOf({ system, rows }: Side): ReadonlyMap<string, Component> {
  const components = [...rows.values()].flatMap(({ pathId }) =>
    componentsOf(pathOf(system, pathId), system),
  );
  return new Map(components.map((component) => [component.params, component]));
}

function amountOf(components: readonly Component[]): Amount {
  const parameters = components.reduce((sum, each) => sum + each.parameters, 0);
  return { components: components.length, parameters };
}

function taskDifference(task: TaskName, left: Side, right: Side): TaskDifference {
  const [rowA, rowB] = [left.rows.get(task), right.rows.get(task)];
  const [partsA, partsB] = [partsOf(left, rowA), partsOf(right, rowB)];
  const names = [...new Set([...partsB.keys(), ...partsA.keys()])];
  const components = names.map((name): ComponentDifference => {
    const [a, b] = [partsA.get(name), partsB.get(name)];
    const kind = !a ? 'only-b' : !b ? 'only-a' : a.params === b.params ? 'same' : 'other';
    return { name, kind, parameters: (b ?? a)?.parameters ?? 0 };
  });
  const valuesOf = ({ system }: Side, row: LeaderboardRow | undefined) =>
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

function partsOf({ system }: Side, row: LeaderboardRow | undefined) {
  const components = row ? componentsOf(pathOf(system, row.pathId), system) : [];
  return new Map(components.map((component) => [component.name, component]));
}

function modelOf(row: LeaderboardRow | undefined): DiffModel | null {
  if (!row) return null;
  const { pathId, score, validationAccuracy, testAccuracy, totalParams } = row;
  return { pathId, score, validationAccuracy, testAccuracy, totalParams };
}
