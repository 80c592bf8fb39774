import type { ResultOf } from '../../../protocol/index.js';
import { catalogueTask } from '../catalogue/index.js';
import { type Component, type ComponentName, parameterCount } from '../domain/component.js';
import type { Experiment } from '../domain/experiment.js';
import { dataHyperparametersOf } from '../domain/hyperparameters.js';
import { Ledger } from '../state/ledger.js';
import type { Sampled, SampledComponent } from '../state/sampled.js';
import {
  invalidSystem,
  type PartId,
  type PartNames,
  type PublishedPath,
  type PublishedSystem,
} from './rows.js';

/** A published system and what is known of its components: their names, our ids, what is stored. */
export interface ImportedSystem {
  readonly experiment: Experiment;
  readonly system: PublishedSystem;
  readonly names: PartNames;
  readonly ids: ReadonlyMap<PartId, string>;
  readonly stored: ReadonlyMap<PartId, ResultOf<'published'>['components'][number]>;
}

/** Writes the record: the root model, then every task iteration with all its paths as children. */
export function writeRecord(directory: string, imported: ImportedSystem): Ledger {
  const { experiment, system } = imported;
  const { paths, iterations } = system;
  const [root, ...others] = paths.filter(({ task }) => task === null);
  if (!root || others.length > 0) {
    throw invalidSystem(`the system has ${others.length + (root ? 1 : 0)} root models in place of one`);
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
        paths: members.filter(({ retained }) => retained).map((path) => pathRecordOf(path, imported)),
        children: members.map((path) => ({
          path: path.id,
          parent: path.parent ?? root.id,
          task,
          iteration,
          generation: 0,
          child: sampledFieldsOf(path, byId.get(path.parent ?? root.id) ?? root, imported),
          retained: path.retained,
        })),
      });
      ledger.recordIteration(iteration, task, best, createdAt);
    }
    for (const best of new Set(iterations.map((each) => each.best))) {
      const { task, testQuality } = byId.get(best) ?? root;
      const total = catalogueTask(task ?? '')?.facts.examples.test;
      if (total === undefined || testQuality === null) continue;
      const counted = { correct: Math.round(testQuality * total), total, outcomes: null };
      ledger.recordEvaluation({ path: best, split: 'test', ...counted }, createdAt);
    }
  } catch (error) {
    ledger.close();
    throw error;
  }
  return ledger;
}

/** The tasks, with what is known of their data: what is not is not made up. */
function tasksOf(experiment: Experiment, { paths, iterations }: PublishedSystem) {
  const best = new Map(iterations.map(({ task, best }) => [task, best]));
  const classes = new Map(
    paths.map(({ id, hyperparameters }) => [id, hyperparameters.num_classes]),
  );
  return experiment.tasks.map(({ facts: _, ...task }) => {
    const numClasses = classes.get(best.get(task.name) ?? -1) ?? 1;
    const examples = catalogueTask(task.name)?.facts.examples;
    const unknown = { train: 0, validation: 0, test: 0 };
    return { ...task, facts: { numClasses, examples: examples ?? unknown } };
  });
}

/** Our identity of each component whose name is known: the first path that has it, and its name. */
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

function pathRecordOf(
  { parts, living, retained, testQuality, isPrivate, ...path }: PublishedPath,
  { ids }: ImportedSystem,
) {
  return { ...path, components: parts.flatMap((part) => ids.get(part) ?? []) };
}

function storedComponentsOf(
  path: PublishedPath,
  { experiment, stored, ids }: ImportedSystem,
): readonly Component[] {
  return path.parts.map((part): Component => {
    const component = stored.get(part);
    const id = ids.get(part);
    if (!component || id === undefined) {
      throw invalidSystem(`path ${path.id} lists component ${part}, which no checkpoint has`);
    }
    const name = component.name as ComponentName;
    const expected = parameterCount(name, experiment.architecture, path.hyperparameters);
    // The head of a root model is not used; its number of classes is arbitrary.
    if (component.parameters !== expected && !(path.task === null && name === 'head')) {
      throw invalidSystem(
        `component ${part} (${name}) of path ${path.id} has ${component.parameters} parameters where ${expected} are expected of its architecture`,
      );
    }
    const { parameters, params, trace } = component;
    return { id, name, parameters, params, trace };
  });
}

/** How a path came by its components, as far as that can be told: shared, a copy, or new. */
function sampledFieldsOf(
  { id: path, hyperparameters, parts }: PublishedPath,
  parent: PublishedPath,
  { experiment, names, ids }: ImportedSystem,
): Sampled {
  const parents = new Map(parent.parts.map((part) => [names.get(part), ids.get(part)]));
  const components = parts.flatMap((part): SampledComponent[] => {
    const name = names.get(part);
    const id = ids.get(part);
    if (name === undefined || id === undefined) return [];
    const parameters = parameterCount(name, experiment.architecture, hyperparameters);
    const described = { id, name, parameters };
    if (id !== `${path}/${name}`) return [{ ...described, origin: 'shared', from: id }];
    const from = parents.get(name);
    if (from !== undefined && name !== 'head') return [{ ...described, origin: 'cloned', from }];
    return [{ ...described, origin: 'fresh', from: 0 }];
  });
  return { hyperparameters, qualityBar: null, components };
}
