import type { TaskName } from '../domain/task.js';
import { digits } from './benchmarks/at-hand.js';
import { chars } from './benchmarks/chars.js';
import { extra } from './benchmarks/extra.js';
import { scripts } from './benchmarks/scripts.js';
import { vdd } from './benchmarks/vdd.js';
import { vit } from './benchmarks/vit.js';
import { vtab1k, vtabFull } from './benchmarks/vtab.js';
import { type Benchmark, type CatalogueTask, PAPER_BENCHMARKS } from './task.js';

const BY_BENCHMARK: Readonly<Record<Benchmark, readonly CatalogueTask[]>> = {
  vit,
  'vtab-full': vtabFull,
  chars,
  vdd,
  'vtab-1k': vtab1k,
  extra,
  scripts,
};

/**
 * The 129 tasks of the papers (method §8), benchmark by benchmark in published order.
 *
 * @example
 * const names = PAPER_TASKS.map(({ name }) => name);
 */
export const PAPER_TASKS: readonly CatalogueTask[] = PAPER_BENCHMARKS.flatMap(
  (benchmark) => BY_BENCHMARK[benchmark],
);

const TASKS: ReadonlyMap<TaskName, CatalogueTask> = new Map(
  [...PAPER_TASKS, ...scripts, digits].map((task) => [task.name, task]),
);

/** The tasks of a benchmark in published order. */
export function benchmarkTasks(benchmark: Benchmark): readonly CatalogueTask[] {
  return BY_BENCHMARK[benchmark];
}

/**
 * Returns the catalogue's task of that name; undefined when it has none.
 *
 * @example
 * const numClasses = catalogueTask('cifar100')?.facts.numClasses; // 100
 */
export function catalogueTask(name: TaskName): CatalogueTask | undefined {
  return TASKS.get(name);
}

/**
 * Returns all tasks of the catalogue: the papers', and those of neither paper.
 *
 * @example
 * const small = catalogueTasks().filter(({ facts }) => facts.examples.train < 1000);
 */
export function catalogueTasks(): readonly CatalogueTask[] {
  return [...TASKS.values()];
}

/** The tasks whose data comes with the set-up or with another package. */
export function tasksAtHand(): readonly CatalogueTask[] {
  return catalogueTasks().filter(
    ({ data }) => data.kind === 'digits' || (data.kind === 'tfds' && data.idx !== null),
  );
}

/** Names of the tasks whose labels VTAB computes from other features. */
export const VTAB_LABELS: readonly TaskName[] = vtabFull.flatMap(({ data }) =>
  data.kind === 'tfds' && data.label.kind === 'vtab' ? [data.label.task] : [],
);

/** Names of all tasks of the catalogue. */
export function catalogueNames(): readonly TaskName[] {
  return [...TASKS.keys()];
}

export { BOXED_ROOTS, type BoxedRoot, boxFile } from './box.js';
export type { ImageFacts, Obtain } from './dataset.js';
export {
  type DataFolders,
  dataFolders,
  type Located,
  locateSource,
  locateTask,
  tfdsDirectory,
  tfdsSource,
} from './locate.js';
export { firstStep, nextSteps, prepareCommand, preparingSteps } from './next-steps.js';
export { PAPERS, type Paper, PUBLISHED, type PublishedResult, publishedOf } from './published.js';
export { BENCHMARK_TITLES, BENCHMARKS, type Benchmark, type CatalogueTask } from './task.js';
