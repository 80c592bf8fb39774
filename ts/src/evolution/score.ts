import type { ComponentId } from '../domain/component.js';
import type { Hyperparameters } from '../domain/hyperparameters.js';
import type { Path } from '../domain/path.js';
import { componentsOf, flopsOf, type System } from '../domain/system.js';
import type { TaskName } from '../domain/task.js';
import { type Locks, NOT_TRAINABLE } from './locks.js';
import type { PathCost, ResolvedMethod, Policies } from './policies.js';

/** Parameters are shared out among the tasks that use them. */
export const divideAmongTasks: Policies['accounting'] = ({ tasks }) => tasks + 1;

/** Parameters are shared out among the tasks that use them and the root model they came from. */
export const divideAmongTasksAndRoot: Policies['accounting'] = ({ tasks, root }) => tasks + Number(root) + 1;

/** base^(accounted ÷ reference), and as much again for operations where they have a reference. */
export const exponentialDecay: Policies['cost'] = (cost, rule) => {
  const { base, parametersReference, flopsReference } = rule;
  const size = base ** (cost.accountedParameters / parametersReference);
  return flopsReference === null ? size : size * base ** (cost.flops / flopsReference);
};

/** A component's size and identity: all that accounting needs of it. */
export interface SizedComponent {
  readonly id: ComponentId;
  readonly parameters: number;
}

type AccountingMethod = { readonly policies: Pick<Policies, 'accounting'> };

/**
 * Accounted parameters of a path of `task`: Σ parameters ÷ number of those who share them, this task
 * counted in (method §1).
 */
export function accountedParameters(
  components: Iterable<SizedComponent>,
  task: TaskName,
  locks: Locks,
  { policies }: AccountingMethod,
): number {
  let sum = 0;
  for (const { id, parameters } of components) {
    const users = locks.get(id);
    const root = users?.has(NOT_TRAINABLE) ?? false;
    const tasks = (users?.size ?? 0) - Number(root) - Number(users?.has(task) ?? false);
    sum += parameters / policies.accounting({ tasks, root });
  }
  return sum;
}

/** A bar that no quality reaches. */
const OUT_OF_REACH = 2;

/**
 * The quality from which a child scores at least `score`; finite, even where its factor is too small
 * for any quality to do so.
 */
export function qualityBar(score: number, factor: number): number {
  return score === 0 ? 0 : Math.min(score / factor, OUT_OF_REACH);
}

/**
 * What a path of `task` costs. Its operations are looked up only if they are asked for: most rules put
 * no price on them.
 */
export function costOf(
  components: Iterable<SizedComponent>,
  hyperparameters: Hyperparameters,
  task: TaskName,
  system: System,
  locks: Locks,
  method: AccountingMethod,
): PathCost {
  return {
    accountedParameters: accountedParameters(components, task, locks, method),
    get flops() {
      return flopsOf(hyperparameters, system);
    },
  };
}

/** Score of a measured path of a task: quality × what its cost leaves of it (method §5). */
export function scoreOf(path: Path, system: System, locks: Locks, method: ResolvedMethod): number {
  const { id, task, quality, hyperparameters } = path;
  if (task === null || quality === null) {
    throw new Error(`path ${id} is a root model and has no score`);
  }
  const parts = componentsOf(path, system);
  const cost = costOf(parts, hyperparameters, task, system, locks, method);
  return quality * method.policies.cost(cost, method.score);
}
