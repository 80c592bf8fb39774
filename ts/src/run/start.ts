import { join, resolve } from 'node:path';
import { Mu2NetError } from '../domain/errors.js';
import { type Experiment, iterationsOf, type TaskSpec } from '../domain/experiment.js';
import type { TunableName } from '../domain/hyperparameters.js';
import type { System } from '../domain/system.js';
import type { Task, TaskName } from '../domain/task.js';
import type { Pool } from '../pool/pool.js';
import { taskRequest } from '../requests/train.js';
import { Ledger, reading } from '../state/ledger.js';
import { digestsOf } from '../state/reach.js';
import { followed, recallSystem } from '../state/recall.js';
import { addressOf } from '../state/runs.js';
import type { RunEvent } from './events.js';
import { foundRoot } from './root.js';

/** Component store of a run. */
export function storeOf(directory: string): string {
  return join(resolve(directory), 'store');
}

/**
 * Looks at a task's data: it must be there, readable and whole, and hold what the catalogue or the
 * configuration says it holds.
 */
async function inspectTask(spec: TaskSpec, pool: Pool): Promise<Task> {
  const found = await pool.execute({
    kind: 'inspect',
    task: taskRequest(spec, spec.facts?.numClasses ?? null),
  });
  const { numClasses, train, validation, test } = found;
  const facts = { numClasses, examples: { train, validation, test } };
  const { name, isPrivate, source, splits } = spec;
  const classNames = spec.classNames ?? found.classNames;
  if (classNames && classNames.length !== numClasses) {
    throw new Mu2NetError(
      'CONFIG_INVALID',
      `${name}: classNames has ${classNames.length} names for ${numClasses} classes; name each, in the order of labels`,
    );
  }
  if (spec.facts) {
    for (const split of ['train', 'validation', 'test'] as const) {
      if (spec.facts.examples[split] !== facts.examples[split]) {
        throw new Mu2NetError(
          'DATA_CORRUPT',
          `${name}: ${split} split ${splits[split]} has ${facts.examples[split]} examples where ${spec.facts.examples[split]} are expected; fetch the data again, or correct 'facts' in the configuration`,
        );
      }
    }
  }
  return { name, isPrivate, source, splits, ...(classNames && { classNames }), facts };
}

/** Inspects the data of tasks, in order. */
export async function inspectTasks(
  specs: readonly TaskSpec[],
  pool: Pool,
): Promise<readonly Task[]> {
  const tasks: Task[] = [];
  for (const spec of specs) tasks.push(await inspectTask(spec, pool));
  return tasks;
}

/** Says which hyperparameter of a possible parent could not mutate; null when all can. */
export function valueOutOfRange(system: System, { tasks, method }: Experiment): string | null {
  const visited = new Set<TaskName | null>(tasks.map(({ name }) => name));
  for (const { task, hyperparameters } of system.paths.values()) {
    const learned = Object.entries(hyperparameters).filter(([name]) => name.startsWith('_mu_|'));
    for (const [name, probability] of learned) {
      if (method.ranges._mu_?.includes(probability) ?? true) continue;
      return `its model of task ${task} has learned ${name} ${probability}, which is not in the range [${method.ranges._mu_?.join(', ')}]; add it under ranges._mu_`;
    }
    for (const [name, range] of Object.entries(method.ranges)) {
      // A child has its data hyperparameters from its own task's path or from the defaults.
      if (name.startsWith('ds_') && !visited.has(task)) continue;
      const value = hyperparameters[name as TunableName];
      if ((range as readonly unknown[]).includes(value)) continue;
      const owner = task === null ? 'its root model' : `its model of task ${task}`;
      return `${owner} has ${name} ${value}, which is not in the range [${range.join(', ')}]; add it under ranges.${name}`;
    }
  }
  return null;
}

/** Says which task has another number of classes than when it was learned; null when none has. */
export function classesChanged(known: readonly Task[], tasks: readonly Task[]): string | null {
  for (const { name, facts } of known) {
    const task = tasks.find((each) => each.name === name);
    if (!task || task.facts.numClasses === facts.numClasses) continue;
    return `task ${name} had ${facts.numClasses} classes when it was learned and has ${task.facts.numClasses} here; give the task another name`;
  }
  return null;
}

/** Checks that an earlier system can be continued by an experiment, and copies its weights. */
async function inherit(
  earlier: string,
  experiment: Experiment,
  tasks: readonly Task[],
  pool: Pool,
  store: string,
): Promise<void> {
  const digests = reading(earlier, (ledger) => {
    const { experiment: before, firstIteration } = followed(ledger);
    const refuse = (what: string) =>
      new Mu2NetError('CONFIG_INVALID', `continueFrom: ${earlier}: ${what}`);
    const planned = iterationsOf(before);
    if (ledger.iterations().length < firstIteration + planned) {
      throw refuse("the run is not finished; finish it with 'mu2net resume' first");
    }
    if (JSON.stringify(before.architecture) !== JSON.stringify(experiment.architecture)) {
      throw refuse('its architecture is another; set root.architecture to that of the earlier run');
    }
    const system = recallSystem(ledger);
    const problem = classesChanged(ledger.tasks(), tasks) ?? valueOutOfRange(system, experiment);
    if (problem !== null) throw refuse(problem);
    return digestsOf(system.components.values());
  });
  const { directory } = addressOf(earlier);
  await pool.execute({ kind: 'copy', store, from: storeOf(directory), digests: [...digests] });
}

/**
 * Founds a run: inspects the data, makes the root model or takes over an earlier system, and only
 * then creates the record, so that a run that exists can be resumed.
 */
export async function startRun(
  directory: string,
  experiment: Experiment,
  pool: Pool,
  createdAt: Date,
  onEvent: (event: RunEvent) => void = () => {},
  signal?: AbortSignal,
): Promise<Ledger> {
  const store = storeOf(directory);
  const tasks = await inspectTasks(experiment.tasks, pool);
  const from = experiment.continueFrom;
  if (from !== null) {
    await inherit(from, experiment, tasks, pool, store);
    return Ledger.create(directory, { experiment, tasks, root: null, from, createdAt });
  }
  const { root, checkpoint } = await foundRoot(experiment, pool, store, onEvent, signal);
  const pinned = { ...experiment, checkpoint };
  return Ledger.create(directory, { experiment: pinned, tasks, root, from, createdAt });
}
