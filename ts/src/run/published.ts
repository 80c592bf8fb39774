import { rmSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import type { ResultOf } from '../../../protocol/index.js';
import { catalogueTask } from '../catalogue/index.js';
import { type Component, type ComponentName, parameterCount } from '../domain/component.js';
import { Mu2NetError } from '../domain/errors.js';
import type { Experiment } from '../domain/experiment.js';
import { dataHyperparametersOf } from '../domain/hyperparameters.js';
import type { TaskName } from '../domain/task.js';
import { Ledger } from '../state/ledger.js';
import { listRuns, runsFolder } from '../state/runs.js';
import { type ServingOptions, serving } from './models.js';
import { publishedExperiment } from './published-experiment.js';
import { invalid, type PublishedPath, publishedPaths } from './published-paths.js';
import type { Sampled, SampledComponent } from './sampled.js';
import { claim } from './session.js';
import { storeOf } from './start.js';

type StoredComponents = ReadonlyMap<number, ResultOf<'published'>['components'][number]>;

export interface PublishedOptions extends ServingOptions {
  /** Name of the run that the system becomes; by default that of the published folder. */
  readonly name?: string | undefined;
  /** Folder of the runs. */
  readonly folder?: string | undefined;
}

/**
 * Makes a finished run of a state that the papers' notebook `mu2Net.ipynb` saved: its components with
 * their momentum, its paths with hyperparameters and lineage, and hence its locks. Another experiment
 * goes on from there with `continueFrom`.
 *
 * @param published a state, or the folder of its experiment: then its latest.
 * @returns the run directory.
 * @throws Mu2NetError RUN_EXISTS, RUN_LOCKED, CHECKPOINT_MISSING, CHECKPOINT_INVALID
 */
export async function importPublished(
  published: string,
  { name, folder = runsFolder(), ...options }: PublishedOptions = {},
): Promise<string> {
  const run = name ?? basename(resolve(published)).replace(/[^\w.-]/g, '-');
  if (listRuns(folder).includes(run)) {
    throw new Mu2NetError('RUN_EXISTS', `run '${run}' exists in ${folder}; choose another --name`);
  }
  const { directory, lock } = claim(join(folder, run));
  try {
    const state = await serving(options, (pool) =>
      pool.execute({ kind: 'published', store: storeOf(directory), directory: resolve(published) }),
    );
    const read = publishedPaths(state);
    const experiment = publishedExperiment(state.folder, run, read);
    // What the notebook had no hyperparameter for has the value that changes nothing: the default.
    const paths = read.map((path) => ({
      ...path,
      hyperparameters: { ...experiment.method.defaults, ...path.hyperparameters },
    }));
    record(directory, experiment, paths, new Map(state.components.map((each) => [each.id, each])));
  } catch (error) {
    rmSync(directory, { recursive: true, force: true });
    throw error;
  } finally {
    lock.release();
  }
  return directory;
}

/** Writes the record: the root model, then each task's iteration with all its paths as children. */
function record(
  directory: string,
  experiment: Experiment,
  paths: readonly PublishedPath[],
  stored: StoredComponents,
): void {
  const [root, ...others] = paths.filter(({ task }) => task === null);
  if (!root || others.length > 0) {
    throw invalid(`the state has ${others.length + (root ? 1 : 0)} root models in place of one`);
  }
  const ids = componentIds(paths, stored);
  const componentOf = (path: PublishedPath) => componentsOf(path, experiment, stored, ids);
  const pathOf = ({ numbers, living, testQuality, isPrivate, ...path }: PublishedPath) => ({
    ...path,
    components: numbers.flatMap((number) => ids.get(number) ?? []),
  });
  const tasks = learned(paths);
  const createdAt = new Date();
  const ledger = Ledger.create(directory, {
    experiment,
    tasks: experiment.tasks.map(({ facts, ...task }) => {
      const numClasses = tasks.get(task.name)?.hyperparameters.num_classes ?? 1;
      const examples = catalogueTask(task.name)?.facts.examples;
      // What is not known of data that was learned elsewhere is not made up.
      const unknown = { train: 0, validation: 0, test: 0 };
      return { ...task, facts: { numClasses, examples: examples ?? unknown } };
    }),
    root: { path: pathOf(root), components: componentOf(root) },
    from: null,
    createdAt,
  });
  try {
    const known = new Set(componentOf(root).map(({ id }) => id));
    const fresh = (path: PublishedPath) =>
      componentOf(path).filter(({ id }) => !known.has(id) && known.add(id));
    const byId = new Map(paths.map((path) => [path.id, path]));
    [...tasks.values()].forEach((best, iteration) => {
      const own = paths.filter(({ task }) => task === best.task);
      ledger.commitGeneration({
        generation: {
          iteration,
          generation: 0,
          data: dataHyperparametersOf(best.hyperparameters),
          seedPaths: [],
          pruned: [],
        },
        components: own.filter(({ living }) => living).flatMap(fresh),
        paths: own.map((path) => ({ ...pathOf(path), iteration })),
        children: own.map((path) => ({
          path: path.id,
          parent: path.parent ?? root.id,
          task: best.task ?? '',
          iteration,
          generation: 0,
          child: sampledOf(path, byId.get(path.parent ?? root.id) ?? root, stored, ids),
          retained: path.score !== null,
        })),
      });
      ledger.endIteration(iteration, best.task ?? '', best.id, createdAt);
      const total = catalogueTask(best.task ?? '')?.facts.examples.test;
      if (total !== undefined && best.testQuality !== null) {
        const counted = { correct: Math.round(best.testQuality * total), total, outcomes: null };
        ledger.addEvaluation({ path: best.id, split: 'test', ...counted }, createdAt);
      }
    });
  } finally {
    ledger.close();
  }
}

/** Each task's best living path, the most recent among equals, in the order of learning. */
function learned(paths: readonly PublishedPath[]): ReadonlyMap<TaskName, PublishedPath> {
  const best = new Map<TaskName, PublishedPath>();
  for (const path of paths) {
    if (path.task === null || !path.living || path.score === null) continue;
    const other = best.get(path.task)?.score ?? null;
    if (other === null || path.score >= other) best.set(path.task, path);
  }
  return best;
}

/** Our identity of each component: the first path that has it, and its name. */
function componentIds(
  paths: readonly PublishedPath[],
  stored: StoredComponents,
): ReadonlyMap<number, string> {
  const ids = new Map<number, string>();
  for (const { id, numbers } of paths) {
    for (const number of numbers) {
      const component = stored.get(number);
      // Of dead paths only the record is kept, not their components.
      if (component && !ids.has(number)) ids.set(number, `${id}/${component.name}`);
    }
  }
  return ids;
}

function componentsOf(
  path: PublishedPath,
  { architecture }: Experiment,
  stored: StoredComponents,
  ids: ReadonlyMap<number, string>,
): readonly Component[] {
  return path.numbers.map((number): Component => {
    const component = stored.get(number);
    const id = ids.get(number);
    if (!component || id === undefined) {
      throw invalid(
        `path ${path.id} lists component ${number}, which the checkpoint does not have`,
      );
    }
    const name = component.name as ComponentName;
    const expected = parameterCount(name, architecture, path.hyperparameters);
    // Nobody uses the head of a root model, whose number of classes is made up.
    if (component.parameters !== expected && !(path.task === null && name === 'head')) {
      throw invalid(
        `component ${number} (${name}) of path ${path.id} has ${component.parameters} parameters where ${expected} are expected of its architecture`,
      );
    }
    const { parameters, params, trace } = component;
    return { id, name, parameters, params, trace };
  });
}

/** How a path came by its components, as far as that can be told: shared, a copy, or new. */
function sampledOf(
  { hyperparameters, numbers }: PublishedPath,
  parent: PublishedPath,
  stored: StoredComponents,
  ids: ReadonlyMap<number, string>,
): Sampled {
  const parents = new Map(parent.numbers.map((number) => [stored.get(number)?.name, number]));
  const components = numbers.flatMap((number): SampledComponent[] => {
    const component = stored.get(number);
    const id = ids.get(number);
    if (!component || id === undefined) return [];
    const name = component.name as ComponentName;
    const from = ids.get(parents.get(name) ?? -1);
    const described = { id, name, parameters: component.parameters };
    if (from === id) return [{ ...described, origin: 'shared', from }];
    if (from !== undefined && name !== 'head') return [{ ...described, origin: 'cloned', from }];
    return [{ ...described, origin: 'fresh', from: 0 }];
  });
  return { hyperparameters, qualityBar: null, components };
}
