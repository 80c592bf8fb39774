import { Mu2NetError } from '../domain/errors.js';
import type { TaskSpec } from '../domain/experiment.js';
import type { Task } from '../domain/task.js';
import type { Pool } from '../pool/pool.js';
import { inspectRequest } from '../requests/inspect.js';

/**
 * Inspects the data of tasks, one after the other.
 * @throws Mu2NetError CONFIG_INVALID, DATA_MISSING, DATA_CORRUPT and other errors of the data
 */
export async function inspectTasks(
  specs: readonly TaskSpec[],
  pool: Pool,
): Promise<readonly Task[]> {
  const tasks: Task[] = [];
  for (const spec of specs) tasks.push(await inspectTask(spec, pool));
  return tasks;
}

/**
 * Inspects the data of a task: it must exist and be readable, and it must agree with the catalogue
 * or the configuration.
 */
async function inspectTask(spec: TaskSpec, pool: Pool): Promise<Task> {
  const result = await pool.execute(inspectRequest(spec, spec.facts?.numClasses ?? null));
  const { numClasses, train, validation, test } = result;
  const facts = { numClasses, examples: { train, validation, test } };
  const { name, isPrivate, source, splits } = spec;
  const classNames = spec.classNames ?? result.classNames;
  if (classNames && classNames.length !== numClasses) {
    throw new Mu2NetError(
      'CONFIG_INVALID',
      `${name}: classNames has ${classNames.length} names for ${numClasses} classes; give one name per class, in the order of labels`,
    );
  }
  checkExamples(spec, facts.examples);
  return { name, isPrivate, source, splits, ...(classNames && { classNames }), facts };
}

/** @throws Mu2NetError DATA_CORRUPT when a split does not have the size that the task states. */
function checkExamples(
  { name, splits, facts }: TaskSpec,
  counted: Task['facts']['examples'],
): void {
  if (!facts) return;
  for (const split of ['train', 'validation', 'test'] as const) {
    if (facts.examples[split] === counted[split]) continue;
    throw new Mu2NetError(
      'DATA_CORRUPT',
      `${name}: ${split} split ${splits[split]} has ${counted[split]} examples, but ${facts.examples[split]} are expected; fetch the data again, or correct 'facts' in the configuration`,
    );
  }
}
