import { budgetOf } from '../domain/budget.js';
import { Mu2NetError } from '../domain/errors.js';
import type { Experiment } from '../domain/experiment.js';
import type { TaskName } from '../domain/task.js';
import { NullPool } from '../pool/null.js';
import { Ledger } from '../state/ledger.js';
import { isTrained, type Sampled } from '../state/sampled.js';
import { childFlops } from '../views/child-flops.js';
import { type Leaderboard, leaderboard } from '../views/leaderboard.js';
import { createRoot } from './create-root.js';
import type { RunEvent } from './events.js';
import { grow } from './grow.js';
import { inspectTasks } from './inspect.js';

/**
 * Operations per second that a TPU v4 chip sustains, about: 40 % of its peak.
 *
 * @example
 * const experiment = loadExperiment('tiny.yaml', { dataMustExist: false });
 * const twice = await simulate(experiment, { flopsPerSecond: 2 * CHIP_FLOPS_PER_SECOND });
 */
export const CHIP_FLOPS_PER_SECOND = 1e14;

/** What one task of a simulated experiment takes. */
export interface SimulatedTask {
  readonly task: TaskName;
  readonly children: number;
  readonly retained: number;
  /** Components of its final path that it alone locks. */
  readonly ownComponents: number;
  readonly steps: number;
  /** Floating-point operations of training and validating all its children. */
  readonly flops: number;
}

/** A dry run of an experiment: every decision is made, no tensor is computed. */
export interface Simulation {
  readonly tasks: readonly SimulatedTask[];
  readonly children: number;
  readonly flops: number;
  /** Accelerator hours at `flopsPerSecond` sustained. */
  readonly chipHours: number;
  readonly flopsPerSecond: number;
  /** Sizes and locks are those of the simulated evolution; its accuracies are synthetic. */
  readonly system: Leaderboard;
}

/**
 * Dry-runs an experiment with the null pool: the same evolution on synthetic qualities. One that
 * continues an earlier run is simulated from a root of its own.
 *
 * @param flopsPerSecond Sustained rate of one accelerator, for the estimate of hours.
 * @throws Mu2NetError CONFIG_INVALID when the facts of a task's data are not declared.
 */
export async function simulate(
  experiment: Experiment,
  flopsPerSecond: number,
  onEvent: (event: RunEvent) => void = () => {},
): Promise<Simulation> {
  const facts = new Map(
    experiment.tasks.map(({ name, facts }) => {
      if (facts) return [name, facts];
      throw new Mu2NetError(
        'CONFIG_INVALID',
        `task ${name}: a simulation does not open the data; declare facts: { numClasses, examples: { train, validation, test } }`,
        { task: name, key: 'facts' },
      );
    }),
  );
  const fresh: Experiment = { ...experiment, checkpoint: null, continueFrom: null };
  const pool = new NullPool({ facts });
  const store = 'null';
  const tasks = await inspectTasks(fresh.tasks, pool);
  const { root } = await createRoot(fresh, store, { pool });
  const createdAt = new Date(0);
  const ledger = Ledger.inMemory({ experiment: fresh, tasks, root, from: null, createdAt });
  try {
    await grow({ ledger, pool, store, onEvent, clock: () => createdAt });
    const system = leaderboard(ledger, experiment.name);
    const children = ledger.children<Sampled>();
    const perTask = tasks.map((task): SimulatedTask => {
      const own = children.filter((child) => child.task === task.name);
      const budget = budgetOf(experiment.training, task.facts);
      const steps = budget.batchesBetweenValidations * budget.validations;
      const flops = own.map(({ child }) => childFlops(child, experiment.architecture, budget));
      const row = system.rows.find(({ task: name }) => name === task.name);
      const best = children.find(({ path }) => path === row?.pathId);
      return {
        task: task.name,
        children: own.length,
        retained: own.filter(({ retained }) => retained).length,
        ownComponents: best?.child.components.filter(isTrained).length ?? 0,
        steps: steps * own.length,
        flops: flops.reduce((a, b) => a + b, 0),
      };
    });
    const flops = perTask.reduce((sum, each) => sum + each.flops, 0);
    return {
      tasks: perTask,
      children: children.length,
      flops,
      chipHours: flops / flopsPerSecond / 3600,
      flopsPerSecond,
      system,
    };
  } finally {
    ledger.close();
    await pool.close();
  }
}
