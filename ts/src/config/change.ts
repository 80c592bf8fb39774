import { Document } from 'yaml';
import type { Experiment, TaskSpec } from '../domain/experiment.js';
import { experimentOf } from './experiment.js';
import { refusal } from './issue.js';
import { checked, type Overrides, override, plain } from './load.js';
import { configOf, taskConfigOf } from './show.js';
import type { TaskInput } from './tasks.js';

/** Other tasks for an experiment: by name, of those that are known or of the catalogue. */
export interface OtherTasks {
  readonly names: readonly string[];
  readonly known: readonly TaskSpec[];
}

/**
 * An experiment with some values of its configuration changed, checked as a configuration is.
 * @throws Mu2NetError CONFIG_INVALID, TASK_UNKNOWN or DATA_MISSING
 */
export function changedExperiment(
  experiment: Experiment,
  overrides: Overrides,
  tasks?: OtherTasks,
): Experiment {
  const keys = Object.keys(overrides);
  if (keys.length === 0 && tasks === undefined) return experiment;
  const refuse = refusal((path) => {
    const key = keys.find((name) => path.join('.').startsWith(name));
    return key === undefined ? '' : `with ${key} set: `;
  });
  const config = configOf(experiment);
  const visited: readonly TaskInput[] = tasks
    ? tasks.names.map((name) => {
        const known = tasks.known.find((each) => each.name === name);
        return known ? taskConfigOf(known) : name;
      })
    : config.tasks;
  const document = new Document({ ...config, tasks: visited }, { aliasDuplicateObjects: false });
  for (const key of keys) override(document, key, overrides[key], refuse);
  // The data of tasks that were there is looked at when the branch is grown.
  const dataMustExist = tasks !== undefined || keys.some((key) => key.startsWith('tasks'));
  return experimentOf(checked(plain(document, refuse), refuse), {
    file: null,
    folderOf: () => process.cwd(),
    dataMustExist,
    leaveOut: true,
    refuse,
  }).experiment;
}
