import type { ComponentId } from '../domain/component.js';
import type { Hyperparameters } from '../domain/hyperparameters.js';
import type { Path } from '../domain/path.js';
import { componentsOf, flopsOf, type System } from '../domain/system.js';
import type { TaskName } from '../domain/task.js';
import { type Locks, NOT_TRAINABLE } from './locks.js';
import type { PathCost, Policies, ResolvedMethod } from './policies.js';

/** Divides parameters among the tasks that use them. */
export const divideAmongTasks: Policies['accounting'] = ({ tasks }) => tasks + 1;

/** Divides parameters among the tasks that use them and the root model, if it uses them. */
export const divideAmongTasksAndRoot: Policies['accounting'] = ({ tasks, root }) =>
  tasks + Number(root) + 1;

/** Returns base^(parameters ÷ reference), times base^(flops ÷ reference) if flops have one. */
export const exponentialDecay: Policies['cost'] = (cost, rule) => {
  const { base, parametersReference, flopsReference } = rule;
  const size = base ** (cost.accountedParameters / parametersReference);
  return flopsReference === null ? size : size * base ** (cost.flops / flopsReference);
};

/** The fields of a component that accounting needs. */
export interface SizedComponent {
  readonly id: ComponentId;
  readonly parameterCount: number;
}

type AccountingMethod = { readonly policies: Pick<Policies, 'accounting'> };

/**
 * Returns the accounted parameters of a path of `task`: Σ parameters ÷ number of users, including
 * the task itself (method §1).
 */
export function accountedParameters(
  components: Iterable<SizedComponent>,
  task: TaskName,
  locks: Locks,
  { policies }: AccountingMethod,
): number {
  let sum = 0;
  for (const { id, parameterCount } of components) {
    const users = locks.get(id);
    const root = users?.has(NOT_TRAINABLE) ?? false;
    const tasks = (users?.size ?? 0) - Number(root) - Number(users?.has(task) ?? false);
    sum += parameterCount / policies.accounting({ tasks, root });
  }
  return sum;
}

/** A bar that no quality reaches, because qualities are at most 1. */
const OUT_OF_REACH = 2;

/**
 * Returns the smallest quality q with q · factor ≥ score in double precision, so that a child with
 * exactly the score of its parent is retained (method §2.2c). The result is always finite; it is
 * above 1 when the factor is too small for any quality.
 */
export function qualityBar(score: number, factor: number): number {
  if (score === 0) return 0;
  let bar = score / factor;
  if (!(bar < OUT_OF_REACH)) return OUT_OF_REACH;
  // The quotient is rounded, so the smallest such q may be a neighbour of it.
  while (bar * factor < score) bar = nextUp(bar);
  for (let below = nextDown(bar); below * factor >= score; below = nextDown(bar)) bar = below;
  return bar;
}

const bits = new BigInt64Array(1);
const double = new Float64Array(bits.buffer);

/** Returns the next or previous positive double; positive doubles have the order of their bits. */
function neighbour(value: number, step: bigint): number {
  double[0] = value;
  bits[0] = (bits[0] ?? 0n) + step;
  return double[0];
}

const nextUp = (value: number) => neighbour(value, 1n);
const nextDown = (value: number) => neighbour(value, -1n);

/** The parts of a path or child that determine its cost. */
export interface CostedModel {
  readonly components: Iterable<SizedComponent>;
  readonly hyperparameters: Hyperparameters;
}

/** The system in which a path of `task` has its cost. */
export interface CostSetting {
  readonly system: System;
  readonly task: TaskName;
  readonly locks: Locks;
  readonly method: AccountingMethod;
}

/**
 * Returns the cost of a path or child (method §5). Its operations are looked up on access, because
 * most score rules do not use them.
 */
export function costOf(
  { components, hyperparameters }: CostedModel,
  { system, task, locks, method }: CostSetting,
): PathCost {
  return {
    accountedParameters: accountedParameters(components, task, locks, method),
    get flops() {
      return flopsOf(hyperparameters, system);
    },
  };
}

/**
 * Returns the score of a measured path: quality × cost factor (method §5).
 * @throws Error for a root model.
 */
export function scoreOf(path: Path, system: System, locks: Locks, method: ResolvedMethod): number {
  const { id, task, quality, hyperparameters } = path;
  if (task === null || quality === null) {
    throw new Error(`path ${id} is a root model and has no score`);
  }
  const components = componentsOf(path, system);
  const cost = costOf({ components, hyperparameters }, { system, task, locks, method });
  return quality * method.policies.cost(cost, method.score);
}
