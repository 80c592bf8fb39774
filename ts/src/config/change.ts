import { Document } from 'yaml';
import type { Experiment, TaskSpec } from '../domain/experiment.js';
import { isWithin, Refusals } from './errors/refusals.js';
import { createRefuse } from './errors/refuse.js';
import { buildExperiment } from './experiment/build.js';
import { METHOD_KEYS } from './experiment/method.js';
import { checkMethod } from './method-module.js';
import { parseConfig } from './schema/config.js';
import type { TaskInput } from './schema/tasks.js';
import { configOf, taskConfigOf } from './show.js';
import { type Overrides, overrideOf, setOverrides, toPlainValues } from './yaml/override.js';

/** Other tasks for an experiment, by name: tasks that are known, or of the catalogue. */
export interface OtherTasks {
  readonly names: readonly string[];
  readonly known: readonly TaskSpec[];
}

/**
 * Changes some values of an experiment's configuration; the result is checked as a file is.
 *
 * @throws Mu2NetError CONFIG_INVALID, TASK_UNKNOWN or DATA_MISSING
 */
export function changeExperiment(
  experiment: Experiment,
  overrides: Overrides,
  tasks?: OtherTasks,
): Experiment {
  const keys = Object.keys(overrides);
  if (keys.length === 0 && tasks === undefined) return experiment;
  const refuse = createRefuse((path) => {
    const key = overrideOf(overrides, path);
    return { prefix: key === undefined ? '' : `with ${key} set: ` };
  });
  checkTaken(experiment, keys);
  const config = configOf(experiment);
  const visited = tasks ? taskInputs(tasks) : config.tasks;
  const document = new Document({ ...config, tasks: visited }, { aliasDuplicateObjects: false });
  setOverrides(document, overrides, refuse);
  const refusals = new Refusals();
  return buildExperiment(parseConfig(toPlainValues(document, refuse), refuse, refusals), {
    file: null,
    folderOf: () => process.cwd(),
    // The data of tasks that do not change is inspected when the branch is grown.
    dataMustExist: tasks !== undefined || keys.some((key) => key.startsWith('tasks')),
    leaveOut: true,
    // Its parameters are known, so that it runs only when another method may be named.
    runModule: keys.some((key) => METHOD_KEYS.some((each) => isWithin(each, key))),
    refuse,
    refusals,
  }).experiment;
}

/**
 * A module without a recorded hash is used only where the change says that it is taken as it is.
 * @throws Mu2NetError METHOD_UNVERIFIED
 */
function checkTaken({ method }: Experiment, keys: readonly string[]): void {
  if (method.module?.sha256 !== null) return;
  if (!keys.some((key) => TAKING.includes(key))) checkMethod(method);
}

const TAKING = ['method', 'method.module', 'method.sha256'];

function taskInputs({ names, known }: OtherTasks): readonly TaskInput[] {
  return names.map((name) => {
    const task = known.find((each) => each.name === name);
    return task ? taskConfigOf(task) : name;
  });
}
