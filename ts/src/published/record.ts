import type { ResultOf } from '../../../protocol/index.js';
import { catalogueTask } from '../catalogue/index.js';
import { type Component, type ComponentName, countParameters } from '../domain/component.js';
import type { Experiment } from '../domain/experiment.js';
import { dataHyperparametersOf } from '../domain/hyperparameters.js';
import { Ledger } from '../state/record/ledger.js';
import type { ChildComponentRecord, ChildRecord } from '../state/record/records.js';
import {
  invalidSystem,
  type PartId,
  type PartNames,
  type PublishedPath,
  type PublishedSystem,
} from './rows.js';

/** A published system, with the data of its components. */
export interface ImportedSystem {
  readonly experiment: Experiment;
  readonly system: PublishedSystem;
  readonly names: PartNames;
  /** Id of each component in the new record. */
  readonly ids: ReadonlyMap<PartId, string>;
  /** Digests of the components that are stored. */
  readonly stored: ReadonlyMap<PartId, ResultOf<'published'>['components'][number]>;
}

/**
 * Writes the record: the root model, then each task iteration with all its paths as children.
 * @throws Mu2NetError CHECKPOINT_INVALID, RUN_EXISTS
 */
export function writeRecord(directory: string, imported: ImportedSystem): Ledger {
  const { experiment, system } = imported;
  const { paths, iterations } = system;
  const [root, ...others] = paths.filter(({ task }) => task === null);
  if (!root || others.length > 0) {
    throw invalidSystem(
      `the system has ${others.length + (root ? 1 : 0)} root models instead of one`,
    );
  }
  const byId = new Map(paths.map((path) => [path.id, path]));
  const createdAt = new Date();
  const ledger = Ledger.create(directory, {
    experiment,
    tasks: tasksOf(experiment, system),
    root: { path: pathRecordOf(root, imported), components: storedComponentsOf(root, imported) },
    from: null,
    createdAt,
  });
  try {
    const known = new Set(storedComponentsOf(root, imported).map(({ id }) => id));
    const fresh = (path: PublishedPath) =>
      storedComponentsOf(path, imported).filter(({ id }) => !known.has(id) && known.add(id));
    for (const [iteration, { task, best }] of iterations.entries()) {
      const members = paths.filter((path) => path.iteration === iteration);
      ledger.recordGeneration({
        generation: {
          iteration,
          generation: 0,
          data: dataHyperparametersOf((byId.get(best) ?? root).hyperparameters),
          seedPaths: [],
          pruned: [],
        },
        components: members.filter(({ living }) => living).flatMap(fresh),
        paths: members
          .filter(({ retained }) => retained)
          .map((path) => pathRecordOf(path, imported)),
        children: members.map((path) => ({
          pathId: path.id,
          parentId: path.parentId ?? root.id,
          task,
          iteration,
          generation: 0,
          ...sampledFieldsOf(path, byId.get(path.parentId ?? root.id) ?? root, imported),
          retained: path.retained,
        })),
      });
      ledger.recordIteration({ id: iteration, task, bestPathId: best }, createdAt);
    }
    for (const best of new Set(iterations.map((each) => each.best))) {
      const { task, testQuality } = byId.get(best) ?? root;
      const total = catalogueTask(task ?? '')?.facts.examples.test;
      if (total === undefined || testQuality === null) continue;
      const counts = { correct: Math.round(testQuality * total), total, outcomes: null };
      ledger.recordEvaluation({ pathId: best, split: 'test', ...counts }, createdAt);
    }
  } catch (error) {
    ledger.close();
    throw error;
  }
  return ledger;
}

/** Returns the tasks with the known facts of their data; unknown numbers of examples are 0. */
function tasksOf(experiment: Experiment, { paths, iterations }: PublishedSystem) {
  const best = new Map(iterations.map(({ task, best }) => [task, best]));
  const classes = new Map(
    paths.map(({ id, hyperparameters }) => [id, hyperparameters.num_classes]),
  );
  return experiment.tasks.map(({ facts: _, splits, ...task }) => {
    if (splits === null) throw invalidSystem(`task ${task.name} has no splits`);
    const numClasses = classes.get(best.get(task.name) ?? -1) ?? 1;
    const examples = catalogueTask(task.name)?.facts.examples;
    const unknown = { train: 0, validation: 0, test: 0 };
    return { ...task, splits, facts: { numClasses, examples: examples ?? unknown } };
  });
}

/**
 * Returns the new id of each component with a known name: the first path that has it, a slash, its
 * name.
 */
export function componentIds(
  { paths }: PublishedSystem,
  names: PartNames,
): ReadonlyMap<PartId, string> {
  const ids = new Map<PartId, string>();
  for (const { id, parts } of paths) {
    for (const part of parts) {
      const name = names.get(part);
      if (name && !ids.has(part)) ids.set(part, `${id}/${name}`);
    }
  }
  return ids;
}

/** Builds the record of a path. */
function pathRecordOf(
  { parts, living, retained, testQuality, isPrivate, ...path }: PublishedPath,
  { ids }: ImportedSystem,
) {
  return { ...path, components: parts.flatMap((part) => ids.get(part) ?? []) };
}

/**
 * Returns the stored components of a path.
 * @throws Mu2NetError CHECKPOINT_INVALID when one is missing or does not have the expected size.
 */
function storedComponentsOf(
  path: PublishedPath,
  { experiment, stored, ids }: ImportedSystem,
): readonly Component[] {
  return path.parts.map((part): Component => {
    const component = stored.get(part);
    const id = ids.get(part);
    if (!component || id === undefined) {
      throw invalidSystem(`path ${path.id} lists component ${part}, but no checkpoint contains it`);
    }
    const name = component.name as ComponentName;
    const expected = countParameters(name, experiment.architecture, path.hyperparameters);
    // The head of a root model is never used, and its number of classes is arbitrary.
    if (component.parameterCount !== expected && !(path.task === null && name === 'head')) {
      throw invalidSystem(
        `component ${part} (${name}) of path ${path.id} has ${component.parameterCount} parameters, but its architecture needs ${expected}`,
      );
    }
    const { parameterCount, paramsDigest, traceDigest } = component;
    return { id, name, parameterCount, paramsDigest, traceDigest };
  });
}

/** Rebuilds the sampled fields of a path; the origin of a component is shared, cloned or fresh. */
function sampledFieldsOf(
  { id: path, hyperparameters, parts }: PublishedPath,
  parent: PublishedPath,
  { experiment, names, ids }: ImportedSystem,
): Pick<ChildRecord, 'hyperparameters' | 'qualityBar' | 'components'> {
  const parents = new Map(parent.parts.map((part) => [names.get(part), ids.get(part)]));
  const components = parts.flatMap((part): ChildComponentRecord[] => {
    const name = names.get(part);
    const id = ids.get(part);
    if (name === undefined || id === undefined) return [];
    const parameterCount = countParameters(name, experiment.architecture, hyperparameters);
    const described = { id, name, parameterCount };
    if (id !== `${path}/${name}`) return [{ ...described, origin: 'shared', from: id }];
    const from = parents.get(name);
    if (from !== undefined && name !== 'head') return [{ ...described, origin: 'cloned', from }];
    return [{ ...described, origin: 'fresh', from: 0 }];
  });
  return { hyperparameters, qualityBar: null, components };
}
