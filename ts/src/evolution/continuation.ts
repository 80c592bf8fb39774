import type { Experiment } from '../domain/experiment.js';
import type { TunableName } from '../domain/hyperparameters.js';
import type { System } from '../domain/system.js';
import type { Task, TaskName } from '../domain/task.js';

/**
 * Describes the first hyperparameter of a living path that could not mutate under an experiment,
 * because its value is not in the mutation range (method §4). Returns null when all can mutate.
 */
export function valueOutOfRange(system: System, { tasks, method }: Experiment): string | null {
  const visited = new Set<TaskName | null>(tasks.map(({ name }) => name));
  for (const { task, hyperparameters } of system.paths.values()) {
    const learned = Object.entries(hyperparameters).filter(([name]) => name.startsWith('_mu_|'));
    for (const [name, probability] of learned) {
      if (method.ranges._mu_?.includes(probability) ?? true) continue;
      return `its model of task ${task} has learned ${name} ${probability}, which is not in the range [${method.ranges._mu_?.join(', ')}]; add it under ranges._mu_`;
    }
    for (const [name, range] of Object.entries(method.ranges)) {
      // A child takes its data hyperparameters from a path of its own task or from the defaults.
      if (name.startsWith('ds_') && !visited.has(task)) continue;
      const value = hyperparameters[name as TunableName];
      if ((range as readonly unknown[]).includes(value)) continue;
      const owner = task === null ? 'its root model' : `its model of task ${task}`;
      return `${owner} has ${name} ${value}, which is not in the range [${range.join(', ')}]; add it under ranges.${name}`;
    }
  }
  return null;
}

/** Describes the first known task whose number of classes has changed; null when none has. */
export function changedClassCount(known: readonly Task[], tasks: readonly Task[]): string | null {
  for (const { name, facts } of known) {
    const task = tasks.find((each) => each.name === name);
    if (!task || task.facts.numClasses === facts.numClasses) continue;
    return `task ${name} had ${facts.numClasses} classes when it was learned and has ${task.facts.numClasses} here; give the task a new name`;
  }
  return null;
}
