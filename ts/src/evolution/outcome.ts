import type { Component } from '../domain/component.js';
import type { Path, PathId } from '../domain/path.js';
import { pathOf, restrictToPaths, type System } from '../domain/system.js';
import type { TaskName } from '../domain/task.js';
import type { Child } from './child.js';
import type { Generation } from './generation.js';
import type { TaskIteration } from './iteration.js';
import type { ResolvedMethod, ScoredPath } from './policies.js';
import { bestOf, rankPopulation } from './population.js';

/** Result of training a child: its qualities, and the trained components if it reached its bar. */
export interface ChildOutcome {
  readonly pathId: PathId;
  /** Validation accuracy in [0, 1] at each validation. */
  readonly qualities: readonly number[];
  /**
   * The components at the best validation; null when the child did not reach its bar. A child that
   * diverged keeps them too, and without a bar it has those with which it began.
   */
  readonly trained: readonly Pick<Component, 'name' | 'paramsDigest' | 'traceDigest'>[] | null;
}

/** Returns the path that a measured child becomes; null when it is not retained (method §2.2c). */
function retain(child: Child, outcome: ChildOutcome, system: System, task: TaskName) {
  if (outcome.trained === null) return null;
  // A child that diverged before its first validation predicts nothing right.
  const quality = Math.max(0, ...outcome.qualities);
  if (child.qualityBar !== null && quality < child.qualityBar) return null;
  const trained = new Map(outcome.trained.map((part) => [part.name, part]));
  const components = child.components
    .filter(({ origin }) => origin.kind !== 'shared')
    .map(({ id, name, parameterCount }): Component => {
      const part = trained.get(name);
      if (!part) throw new Error(`the outcome of path ${child.pathId} lacks its ${name}`);
      return {
        id,
        name,
        parameterCount,
        paramsDigest: part.paramsDigest,
        traceDigest: part.traceDigest,
      };
    });
  const path: Path = {
    id: child.pathId,
    task,
    parentId: pathOf(system, child.parentId).id,
    hyperparameters: child.hyperparameters,
    components: child.components.map(({ id }) => id),
    quality,
  };
  return { path, components };
}

/** The system after a generation. The caller records it before it continues. */
export interface GenerationOutcome {
  readonly system: System;
  readonly iteration: TaskIteration;
  readonly retained: readonly (ScoredPath & { readonly components: readonly Component[] })[];
  /** Paths that left the population; they may be retained paths of this generation. */
  readonly pruned: readonly PathId[];
  /** The best path of the population, the most recent among equals; null when it is empty. */
  readonly best: ScoredPath | null;
}

/** A generation whose children are measured. */
export interface MeasuredGeneration {
  readonly generation: Generation;
  /** One outcome per child, in any order. */
  readonly outcomes: readonly ChildOutcome[];
}

/**
 * Applies the outcomes of a generation to the system: retained children join the population in path
 * order, then paths that do not survive leave it (method §2.2c, §2.2d).
 * @throws Error when an outcome, or a trained component of it, is missing.
 */
export function tell(
  system: System,
  iteration: TaskIteration,
  { generation, outcomes }: MeasuredGeneration,
  method: ResolvedMethod,
): GenerationOutcome {
  const { task, locks } = iteration;
  const byPath = new Map(outcomes.map((outcome) => [outcome.pathId, outcome]));
  const paths = new Map(system.paths);
  const components = new Map(system.components);
  const offspring = new Map(system.offspring);
  const retained: { readonly path: Path; readonly components: readonly Component[] }[] = [];
  for (const child of generation.children) {
    const outcome = byPath.get(child.pathId);
    if (!outcome) throw new Error(`path ${child.pathId} was sampled but has no outcome`);
    const counts = offspring.get(child.parentId) ?? new Map<TaskName, number>();
    offspring.set(child.parentId, new Map(counts).set(task, (counts.get(task) ?? 0) + 1));
    const member = retain(child, outcome, system, task);
    if (!member) continue;
    paths.set(member.path.id, member.path);
    for (const component of member.components) components.set(component.id, component);
    retained.push(member);
  }
  const enlarged: System = {
    ...system,
    paths,
    components,
    offspring,
    nextPathId: system.nextPathId + generation.children.length,
  };
  const ranking = rankPopulation(enlarged, task, locks, method);
  const surviving = new Set(method.policies.survival(ranking, method));
  const population = ranking.filter((each) => surviving.has(each));
  const pruned = new Set(ranking.filter((each) => !surviving.has(each)).map(({ path }) => path.id));
  const scores = new Map(ranking.map(({ path, score }) => [path.id, score]));
  return {
    system:
      pruned.size === 0
        ? enlarged
        : restrictToPaths(
            enlarged,
            [...paths.values()].filter(({ id }) => !pruned.has(id)),
          ),
    iteration: {
      ...iteration,
      seedPaths: generation.seedPaths,
      generation: iteration.generation + 1,
    },
    retained: retained.map((each) => ({ ...each, score: scores.get(each.path.id) ?? 0 })),
    pruned: [...pruned].sort((a, b) => a - b),
    best: bestOf(population),
  };
}
