import type { ComponentId } from '../domain/component.js';
import type { Hyperparameters } from '../domain/hyperparameters.js';
import type { Path } from '../domain/path.js';
import { componentsOf, flopsOf, type System } from '../domain/system.js';
import type { TaskName } from '../domain/task.js';
import { type Locks, NOT_TRAINABLE } from './locks.js';
import type { Cost, EvolvingMethod, Policies } from './policies.js';

/** Parameters are shared out among the tasks that use them. */
export const tasksShare: Policies['accounting'] = ({ tasks }) => tasks + 1;

/** Parameters are shared out among the tasks that use them and the root model they came from. */
export const rootShares: Policies['accounting'] = ({ tasks, root }) => tasks + Number(root) + 1;

/** base^(accounted ÷ reference), and as much again for operations where they have a reference. */
export const decay: Policies['cost'] = (cost, rule) => {
  const { base, parametersReference, flopsReference } = rule;
  const size = base ** (cost.accountedParameters / parametersReference);
  return flopsReference === null ? size : size * base ** (cost.flops / flopsReference);
};

/** A component's size and identity: all that accounting needs of it. */
export interface Accounted {
  readonly id: ComponentId;
  readonly parameters: number;
}

type Accounting = { readonly policies: Pick<Policies, 'accounting'> };

/**
 * Accounted parameters of a path of `task`: Σ parameters ÷ number of those who share them, this task
 * counted in (method §1).
 */
export function accountedParameters(
  components: Iterable<Accounted>,
  task: TaskName,
  locks: Locks,
  { policies }: Accounting,
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
 * Returns the smallest quality q with q · factor ≥ score, in double precision, so that a child of
 * exactly its parent's score is retained; finite, even where the factor is too small for any quality.
 */
export function qualityBar(score: number, factor: number): number {
  if (score === 0) return 0;
  let bar = score / factor;
  if (!(bar < OUT_OF_REACH)) return OUT_OF_REACH;
  // The quotient is rounded: the smallest such q may be its neighbour.
  while (bar * factor < score) bar = nextUp(bar);
  for (let below = nextDown(bar); below * factor >= score; below = nextDown(bar)) bar = below;
  return bar;
}

const bits = new BigInt64Array(1);
const double = new Float64Array(bits.buffer);

/** The double that follows a positive one, or precedes it: positive doubles are ordered as their bits. */
function neighbour(value: number, step: bigint): number {
  double[0] = value;
  bits[0] = (bits[0] ?? 0n) + step;
  return double[0];
}

const nextUp = (value: number) => neighbour(value, 1n);
const nextDown = (value: number) => neighbour(value, -1n);

/**
 * What a path of `task` costs. Its operations are looked up only if they are asked for: most rules put
 * no price on them.
 */
export function costOf(
  components: Iterable<Accounted>,
  hyperparameters: Hyperparameters,
  task: TaskName,
  system: System,
  locks: Locks,
  method: Accounting,
): Cost {
  return {
    accountedParameters: accountedParameters(components, task, locks, method),
    get flops() {
      return flopsOf(hyperparameters, system);
    },
  };
}

/** Score of a measured path of a task: quality × what its cost leaves of it (method §5). */
export function scoreOf(path: Path, system: System, locks: Locks, method: EvolvingMethod): number {
  const { id, task, quality, hyperparameters } = path;
  if (task === null || quality === null) {
    throw new Error(`path ${id} is a root model and has no score`);
  }
  const parts = componentsOf(path, system);
  const cost = costOf(parts, hyperparameters, task, system, locks, method);
  return quality * method.policies.cost(cost, method.score);
}
