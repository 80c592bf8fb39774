import {
  type CatalogueTask,
  catalogueNames,
  catalogueTask,
  firstStep,
  locateSource,
  locateTask,
  prepareCommand,
} from '../../catalogue/index.js';
import type { TaskSpec } from '../../domain/experiment.js';
import type { DataSource } from '../../domain/task.js';
import { didYouMean } from '../../text/did-you-mean.js';
import type { ConfigPath } from '../errors/refuse.js';
import type { Config } from '../schema/config.js';
import type { TaskConfig } from '../schema/tasks.js';
import type { BuildContext } from './context.js';
import { resolveSource } from './source.js';

/** A configured task that is left out, and why. */
export interface SkippedTask {
  readonly name: string;
  readonly reason: string;
}

/** The tasks of a configuration; optional ones whose data is absent are skipped. */
export function tasksOf(config: Config, context: BuildContext) {
  const { refuse, refusals } = context;
  const tasks: TaskSpec[] = [];
  const skipped: SkippedTask[] = [];
  const names = new Set<string>();
  config.tasks.forEach((task, nth) => {
    const path = ['tasks', nth];
    const { name } = task;
    refusals.attempt([], () => {
      if (names.has(name)) {
        const advice = 'to visit it more often, raise taskIterations';
        refuse(path, `task '${name}' is listed twice; ${advice}`, { task: name });
      }
      names.add(name);
      const spec = taskSpecOf(task, path, context);
      if ('reason' in spec) skipped.push(spec);
      else tasks.push(spec);
    });
  });
  if (skipped.length === config.tasks.length) {
    const reason = `no task is left, because all are optional and absent: ${skipped[0]?.reason}`;
    refusals.attempt([], () => refuse(['tasks'], reason, { code: 'DATA_MISSING' }));
  }
  return { tasks, skipped };
}

/**
 * A configured task: the catalogue says what the configuration does not. `path` is where the task
 * stands in the configuration.
 */
function taskSpecOf(
  config: TaskConfig,
  path: ConfigPath,
  { file, folderOf, dataMustExist, leaveOut, refuse }: BuildContext,
): TaskSpec | SkippedTask {
  const { name } = config;
  const known = catalogueTask(name);
  const data = config.source
    ? ownData(name, resolveSource(config.source, folderOf(path)), file)
    : known && catalogueData(known);
  if (!data) {
    return refuse(
      path,
      `unknown task '${name}'${didYouMean(name, catalogueNames()) || '.'} 'npx mu2net tasks' lists those of the catalogue; define your own as { name: ${name}, source: { kind: folder, path: … } }`,
      { code: 'TASK_UNKNOWN', task: name },
    );
  }
  const { source, missing, remedy } = data;
  if (missing !== null) {
    const reason = `the data of task '${name}' is not there: ${missing}; ${remedy}`;
    if (config.optional && leaveOut) return { name, reason };
    if (dataMustExist) return refuse(path, reason, { code: 'DATA_MISSING', task: name });
  }
  // The splits and facts of the catalogue hold for its own data and its own splits alone.
  const catalogued = config.source || config.splits ? null : (known ?? null);
  const classNames = config.classNames ?? (config.source ? undefined : known?.classNames);
  return {
    name,
    isPrivate: config.private,
    source,
    splits: config.splits ?? catalogued?.splits ?? null,
    ...(classNames && { classNames }),
    facts: config.facts ?? catalogued?.facts ?? null,
  };
}

/** Where a task's data is, what of it is missing, and what to do about that. */
interface LocatedData {
  readonly source: DataSource;
  readonly missing: string | null;
  readonly remedy: string;
}

function ownData(name: string, source: DataSource, file: string | null): LocatedData {
  const prepare = file === null ? 'TFDS' : `'${prepareCommand(name, file)}'`;
  return {
    source,
    missing: locateSource(source).missing,
    remedy:
      source.kind === 'tfds' ? `prepare it with ${prepare}, or correct it` : 'correct its path',
  };
}

function catalogueData(task: CatalogueTask): LocatedData {
  const { source, missing } = locateTask(task);
  return { source, missing, remedy: `to obtain it, ${firstStep(task)}` };
}
