import type { Component } from '../domain/component.js';
import type { Path, PathId } from '../domain/path.js';
import { restrictToPaths, pathOf, type System } from '../domain/system.js';
import type { TaskName } from '../domain/task.js';
import type { Child } from './child.js';
import type { Generation } from './generation.js';
import type { TaskIteration } from './iteration.js';
import type { ResolvedMethod, ScoredPath } from './policies.js';
import { bestOf, rankPopulation } from './population.js';

/** What became of a child: its qualities, and what it trained if that is worth keeping. */
export interface ChildOutcome {
  readonly path: PathId;
  readonly qualities: readonly number[];
  /** The trained components; null when the child never reached its bar, or diverged. */
  readonly trained: readonly Pick<Component, 'name' | 'params' | 'trace'>[] | null;
}

/** The path that a measured child becomes, or null when it is not retained (method §2.2c). */
function retain(child: Child, outcome: ChildOutcome, system: System, task: TaskName) {
  const quality = Math.max(...outcome.qualities);
  if (outcome.trained === null || outcome.qualities.length === 0) return null;
  if (child.qualityBar !== null && quality < child.qualityBar) return null;
  const trained = new Map(outcome.trained.map((part) => [part.name, part]));
  const components = child.components
    .filter(({ origin }) => origin.kind !== 'shared')
    .map(({ id, name, parameters }): Component => {
      const part = trained.get(name);
      if (!part) throw new Error(`path ${child.path} came back without its ${name}`);
      return { id, name, parameters, params: part.params, trace: part.trace };
    });
  const path: Path = {
    id: child.path,
    task,
    parent: pathOf(system, child.parent).id,
    hyperparameters: child.hyperparameters,
    components: child.components.map(({ id }) => id),
    quality,
  };
  return { path, components };
}

/** What a generation adds to the system: to be made durable before it is acted upon. */
export interface GenerationOutcome {
  readonly system: System;
  readonly iteration: TaskIteration;
  readonly retained: readonly (ScoredPath & { readonly components: readonly Component[] })[];
  /** Paths that left the population, retained ones of this generation among them. */
  readonly pruned: readonly PathId[];
  /** The best of the population now, the most recent among equals; null for none. */
  readonly best: ScoredPath | null;
}

/**
 * Tells the outcomes of a generation: retained children join the population in path order, and those
 * that do not survive leave it.
 */
export function tell(
  system: System,
  iteration: TaskIteration,
  generation: Generation,
  outcomes: readonly ChildOutcome[],
  method: ResolvedMethod,
): GenerationOutcome {
  const { task, locks } = iteration;
  const byPath = new Map(outcomes.map((outcome) => [outcome.path, outcome]));
  const paths = new Map(system.paths);
  const components = new Map(system.components);
  const offspring = new Map(system.offspring);
  const retained: { readonly path: Path; readonly components: readonly Component[] }[] = [];
  for (const child of generation.children) {
    const outcome = byPath.get(child.path);
    if (!outcome) throw new Error(`path ${child.path} was asked for and not told`);
    const had = offspring.get(child.parent) ?? new Map<TaskName, number>();
    offspring.set(child.parent, new Map(had).set(task, (had.get(task) ?? 0) + 1));
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
    nextPath: system.nextPath + generation.children.length,
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
    retained: retained.map((kept) => ({ ...kept, score: scores.get(kept.path.id) ?? 0 })),
    pruned: [...pruned].sort((a, b) => a - b),
    best: bestOf(population),
  };
}
