import type { Architecture } from '../domain/architecture.js';
import { budgetOf } from '../domain/budget.js';
import { Mu2NetError } from '../domain/errors.js';
import type { Experiment } from '../domain/experiment.js';
import type { Budget, Task, TaskName } from '../domain/task.js';
import { Speeds } from '../pool/leases/speeds.js';
import { NullPool } from '../pool/null.js';
import {
  type ChildRecord,
  type GenerationCommit,
  isTrained,
  MAIN,
} from '../state/record/records.js';
import { SimulatedLedger } from '../state/record/simulated-ledger.js';
import { childFlops } from '../views/child-flops.js';
import { type Leaderboard, leaderboard } from '../views/leaderboard.js';
import { createRoot } from './create-root.js';
import type { EventBody, RunEvent } from './events/events.js';
import { stampEvent } from './events/reporter.js';
import { grow } from './growth/grow.js';
import { inspectTasks } from './inspect.js';

/** Estimated cost of one task of an experiment. */
export interface SimulatedTask {
  readonly task: TaskName;
  readonly children: number;
  readonly retained: number;
  /** Number of components of its final path that only this task locks. */
  readonly ownComponents: number;
  /** Training steps of all its children. */
  readonly steps: number;
  /** Floating-point operations of training and validating all its children. */
  readonly flops: number;
}

/** Result of a simulation: the run makes all decisions but computes no tensors. */
export interface Simulation {
  readonly tasks: readonly SimulatedTask[];
  readonly children: number;
  /** Counted, not measured: how long they take depends on the machine. */
  readonly flops: number;
  /** Hours that the operations take at the rate `flopsPerSecond`; null without a rate. */
  readonly hours: number | null;
  /** The rate that the caller measured; null without one. */
  readonly flopsPerSecond: number | null;
  /** The simulated system; its sizes and locks are exact, its accuracies are synthetic. */
  readonly system: Leaderboard;
}

/**
 * Simulates an experiment with the null pool: the same evolution with synthetic qualities. An
 * experiment that continues an earlier run is simulated from a new root model.
 *
 * @param flopsPerSecond Rate that the caller measured, for hours; null gives none.
 * @throws Mu2NetError CONFIG_INVALID when the facts or splits of a task are not declared.
 */
export async function simulate(
  experiment: Experiment,
  flopsPerSecond: number | null = null,
  onEvent: (event: RunEvent) => void = () => {},
): Promise<Simulation> {
  const facts = new Map(
    experiment.tasks.map(({ name, facts, splits }) => {
      if (facts && splits) return [name, facts];
      const missing = [
        ...(splits ? [] : ['splits: { train, validation, test }']),
        ...(facts ? [] : ['facts: { numClasses, examples: { train, validation, test } }']),
      ];
      throw new Mu2NetError(
        'CONFIG_INVALID',
        `task '${name}': a simulation does not read the data; declare ${missing.join(' and ')}`,
        { task: name },
      );
    }),
  );
  const fresh: Experiment = { ...experiment, checkpoint: null, continueFrom: null };
  const pool = new NullPool({ facts });
  const store = 'null';
  const tasks = await inspectTasks(fresh.tasks, pool);
  const { root } = await createRoot(fresh, store, { pool });
  const createdAt = new Date(0);
  const ledger = SimulatedLedger.inMemory({
    experiment: fresh,
    tasks,
    root,
    from: null,
    createdAt,
  });
  try {
    const where = { run: experiment.name, branch: MAIN };
    const emit = (body: EventBody) => onEvent(stampEvent(body, where));
    const tallies = new Map(tasks.map((task) => [task.name, new Tally(task, experiment)]));
    const onRecorded = ({ children }: GenerationCommit) => {
      for (const child of children) tallies.get(child.task)?.add(child);
    };
    const speeds = new Speeds();
    await grow({ ledger, pool, store, speeds, emit, clock: () => createdAt, onRecorded });
    const system = leaderboard(ledger, experiment.name);
    const best = new Map(system.rows.map(({ task, pathId }) => [task, ledger.child(pathId)]));
    const perTask = [...tallies].map(([task, tally]) => tally.total(best.get(task) ?? null));
    const children = perTask.reduce((sum, each) => sum + each.children, 0);
    const flops = perTask.reduce((sum, each) => sum + each.flops, 0);
    return {
      tasks: perTask,
      children,
      flops,
      hours: flopsPerSecond === null ? null : flops / flopsPerSecond / 3600,
      flopsPerSecond,
      system,
    };
  } finally {
    ledger.close();
    await pool.close();
  }
}

/** Adds up what the children of a task cost, as they are recorded. */
class Tally {
  readonly #task: TaskName;
  readonly #architecture: Architecture;
  readonly #budget: Budget;
  #children = 0;
  #retained = 0;
  #flops = 0;

  constructor({ name, facts }: Task, { architecture, training }: Experiment) {
    this.#task = name;
    this.#architecture = architecture;
    this.#budget = budgetOf(training, facts);
  }

  add(child: ChildRecord): void {
    this.#children++;
    if (child.retained) this.#retained++;
    this.#flops += childFlops(child, this.#architecture, this.#budget);
  }

  /** @param best The child that is the task's model at the end. */
  total(best: ChildRecord | null): SimulatedTask {
    const { batchesBetweenValidations, validations } = this.#budget;
    return {
      task: this.#task,
      children: this.#children,
      retained: this.#retained,
      ownComponents: best?.components.filter(isTrained).length ?? 0,
      steps: batchesBetweenValidations * validations * this.#children,
      flops: this.#flops,
    };
  }
}
