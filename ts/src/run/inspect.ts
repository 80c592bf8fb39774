import { Mu2NetError } from '../domain/errors.js';
import type { TaskSpec } from '../domain/experiment.js';
import type { Task } from '../domain/task.js';
import type { Pool } from '../pool/pool.js';
import { inspectRequest } from '../requests/inspect.js';

/** Inspects the data of tasks, one after the other. */
export async function inspectTasks(
  specs: readonly TaskSpec[],
  pool: Pool,
): Promise<readonly Task[]> {
  const tasks: Task[] = [];
  for (const spec of specs) tasks.push(await inspectTask(spec, pool));
  return tasks;
}

/**
 * Inspects the data of a task: it must be there, readable and whole, and hold what the catalogue or
 * the configuration says.
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
      `${name}: classNames has ${classNames.length} names for ${numClasses} classes; name each, in the order of labels`,
      { task: name, key: 'classNames' },
    );
  }
  checkExamples(spec, facts.examples);
  return { name, isPrivate, source, splits, ...(classNames && { classNames }), facts };
}

/** @throws Mu2NetError DATA_CORRUPT when a split has another size than the task says. */
function checkExamples(
  { name, splits, facts }: TaskSpec,
  counted: Task['facts']['examples'],
): void {
  if (!facts) return;
  for (const split of ['train', 'validation', 'test'] as const) {
    if (facts.examples[split] === counted[split]) continue;
    throw new Mu2NetError(
      'DATA_CORRUPT',
      `${name}: ${split} split ${splits[split]} has ${counted[split]} examples where ${facts.examples[split]} are expected; fetch the data again, or correct 'facts' in the configuration`,
      { task: name },
    );
  }
}
