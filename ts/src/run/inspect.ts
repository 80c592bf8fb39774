import type { ResultOf } from '../../../protocol/index.js';
import { defaultSplits } from '../data/default-splits.js';
import { Mu2NetError } from '../domain/errors.js';
import type { TaskSpec } from '../domain/experiment.js';
import type { Splits, Task } from '../domain/task.js';
import type { Pool } from '../pool/pool.js';
import { inspectRequest } from '../requests/inspect.js';
import type { EmitEvent } from './events/events.js';

type Inspected = ResultOf<'inspect'>;

/**
 * Inspects the data of tasks, one after the other, and tells which one.
 * @throws Mu2NetError CONFIG_INVALID, CANCELLED, DATA_MISSING, DATA_CORRUPT and other errors of the data
 */
export async function inspectTasks(
  specs: readonly TaskSpec[],
  pool: Pool,
  emit: EmitEvent = () => {},
): Promise<readonly Task[]> {
  const tasks: Task[] = [];
  for (const spec of specs) {
    emit({ type: 'phase', phase: 'inspecting', task: spec.name });
    tasks.push(await inspectTask(spec, pool));
  }
  return tasks;
}

/**
 * Inspects the data of a task: it must exist and be readable, and it must agree with the
 * catalogue or the configuration. Splits that are not given are chosen from the base splits of the data.
 */
async function inspectTask(spec: TaskSpec, pool: Pool): Promise<Task> {
  const inspected = await pool.execute(inspectRequest(spec));
  if (spec.splits === null) {
    return inspectTask({ ...spec, splits: chooseSplits(spec, inspected) }, pool);
  }
  const { name, isPrivate, source, splits } = spec;
  const { numClasses, examples } = inspected;
  if (examples === null) {
    throw new Mu2NetError(
      'SIDECAR_FAILED',
      `task '${name}': the worker did not count its splits; use a sidecar of this version`,
      { task: name },
    );
  }
  checkExamples(spec, splits, examples);
  const classNames = classNamesOf(spec, inspected);
  const facts = { numClasses, examples };
  return { name, isPrivate, source, splits, ...(classNames && { classNames }), facts };
}

/** Chooses splits by the names of the base splits (method §8). @throws Mu2NetError CONFIG_INVALID */
function chooseSplits({ name }: TaskSpec, { baseSplits }: Inspected): Splits {
  const names = baseSplits.map((split) => split.name);
  const splits = defaultSplits(names);
  if (splits) return splits;
  throw new Mu2NetError(
    'CONFIG_INVALID',
    `task '${name}' needs splits: { train: …, validation: …, test: … }, because its data has the base splits ${names.join(', ') || '(none)'}`,
    { task: name, key: 'splits' },
  );
}

/** @throws Mu2NetError CONFIG_INVALID when the configuration names too few classes, or too many. */
function classNamesOf(spec: TaskSpec, { numClasses, classNames }: Inspected) {
  const names = spec.classNames ?? classNames;
  if (!names || names.length === numClasses) return names;
  throw new Mu2NetError(
    'CONFIG_INVALID',
    `task '${spec.name}': classNames has ${names.length} names for ${numClasses} classes; give one name per class, in the order of labels`,
    { task: spec.name, key: 'classNames' },
  );
}

/** @throws Mu2NetError DATA_CORRUPT when a split does not have the size that the task states. */
function checkExamples(
  { name, facts }: TaskSpec,
  splits: Splits,
  counts: Task['facts']['examples'],
): void {
  if (!facts) return;
  for (const split of ['train', 'validation', 'test'] as const) {
    if (facts.examples[split] === counts[split]) continue;
    throw new Mu2NetError(
      'DATA_CORRUPT',
      `task '${name}': ${split} split ${splits[split]} has ${counts[split]} examples, but ${facts.examples[split]} are expected; fetch the data again, or correct 'facts' in the configuration`,
      { task: name },
    );
  }
}
