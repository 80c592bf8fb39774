import {
  BENCHMARKS,
  type Benchmark,
  type CatalogueTask,
  catalogueTask,
  catalogueTasks,
  type Located,
  locateTask,
  PAPER_TASKS,
  PAPERS,
  publishedOf,
} from '../../catalogue/index.js';
import type { TfdsLabel } from '../../domain/task.js';
import { Mu2NetError } from '../../index.js';
import { didYouMean } from '../../text/did-you-mean.js';

/** A catalogue task, as commands show it. */
export interface TaskDescription extends CatalogueTask {
  readonly published: readonly { paper: string; arxiv: string; accuracy: number }[];
  /** Whether its data is on this machine and can be read. */
  readonly ready: boolean;
  readonly source: Located['source'];
  readonly missing: string | null;
}

/** Describes a catalogue task: what the catalogue says, and whether its data is here. */
export function describeTask(task: CatalogueTask): TaskDescription {
  const { source, missing } = locateTask(task);
  const published = publishedOf(task.name).map(({ paper, value }) => ({
    paper: PAPERS[paper].title,
    arxiv: PAPERS[paper].arxiv,
    accuracy: value,
  }));
  return { ...task, published, ready: missing === null, source, missing };
}

/**
 * Finds the task of a name, with or without the prefix `private:`.
 * @throws Mu2NetError TASK_UNKNOWN
 */
export function findTask(text: string): CatalogueTask {
  const name = text.replace(/^private:/, '');
  const task = catalogueTask(name);
  if (task) return task;
  const names = catalogueTasks().map((each) => each.name);
  const near = didYouMean(name, names) || "; 'npx mu2net tasks' lists them";
  throw new Mu2NetError('TASK_UNKNOWN', `the catalogue has no task '${name}'${near}`, {
    task: name,
  });
}

/** Selects the tasks to list. */
export interface TaskFilter {
  readonly benchmark?: Benchmark | 'none';
  readonly ready?: true;
  /** Part of a name or title. */
  readonly text?: string | undefined;
}

/** Finds tasks of the papers, or of another benchmark; `none` selects tasks of no benchmark. */
export function findTasks({ benchmark, text = '' }: TaskFilter): readonly CatalogueTask[] {
  const wanted = text.toLowerCase();
  const tasks = benchmark === undefined ? PAPER_TASKS : catalogueTasks();
  return tasks.filter(
    (task) =>
      (benchmark === undefined || (task.benchmark ?? 'none') === benchmark) &&
      `${task.name} ${task.title}`.toLowerCase().includes(wanted),
  );
}

/** Returns the tasks of neither paper. */
export function tasksOutsidePapers(): readonly CatalogueTask[] {
  return catalogueTasks().filter(({ benchmark }) => benchmark === null);
}

export const BENCHMARK_CHOICES = [...BENCHMARKS, 'none'] as const;

/** Describes a task's label. */
export function labelText(label: TfdsLabel): string {
  return label.kind === 'key' ? label.key : `${label.task}, as VTAB derives it`;
}
