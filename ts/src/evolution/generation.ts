import { Mu2NetError } from '../domain/errors.js';
import type { Method } from '../domain/experiment.js';
import type { DataHyperparameters } from '../domain/hyperparameters.js';
import type { PathId } from '../domain/path.js';
import { pathOf, type System } from '../domain/system.js';
import { type Child, componentIndex, mutate } from './child.js';
import type { TaskIteration } from './iteration.js';
import type { ParentChoice, ParentDraw, ResolvedMethod } from './policies.js';
import { bestOf, rankPopulation } from './population.js';
import { costOf, qualityBar } from './score.js';
import type { Streams } from './streams.js';

/** Children that are sampled together, and the values that they share. */
export interface Generation {
  readonly data: DataHyperparameters;
  /** Seed for the order of the batches and for the augmentation; below 2^32. */
  readonly dataSeed: number;
  readonly children: readonly Child[];
  /** The seed paths in their order after this generation's draws. */
  readonly seedPaths: readonly PathId[];
}

/**
 * Samples the next generation: its data hyperparameters, then parents and children one by one
 * (method §2.2, §3, §4). All random draws of the generation happen here.
 * @throws Mu2NetError METHOD_INVALID when the parent policy returns a draw that it may not make.
 */
export function ask(
  system: System,
  iteration: TaskIteration,
  method: ResolvedMethod,
  streams: Streams,
): Generation {
  const { task, numClasses, locks } = iteration;
  const name = ['iteration', iteration.index, 'generation', iteration.generation] as const;
  const ranking = rankPopulation(system, task, locks, method);
  const { policies, defaults, ranges } = method;
  const best = bestOf(ranking)?.path.hyperparameters ?? null;
  const data = policies.data(
    { defaults, best, ranges, mutation: policies.mutation },
    streams.stream(...name, 'data'),
  );
  const componentsByName = componentIndex(system);
  const setting = { system, method, task, numClasses, data, locks, componentsByName };
  const scored = new Map(ranking.map((each) => [each.path.id, each]));
  const childCounts = new Map<PathId, number>();
  const offspring = (id: PathId) =>
    (system.offspring.get(id)?.get(task) ?? 0) + (childCounts.get(id) ?? 0);
  let { seedPaths } = iteration;
  const children = Array.from({ length: method.width }, (_, nth): Child => {
    const childName = [...name, 'child', nth];
    const choice = { system, population: ranking, seedPaths, offspring };
    const draw = policies.parent(choice, streams.stream(...childName, 'parent'));
    checkDraw(draw, choice, method);
    seedPaths = draw.seedPaths;
    childCounts.set(draw.parentId, (childCounts.get(draw.parentId) ?? 0) + 1);
    const parent = pathOf(system, draw.parentId);
    const sampled = mutate(parent, system.nextPathId + nth, setting, { streams, name: childName });
    const bar = policies.bar(scored.get(parent.id) ?? null);
    if (bar === null) return { ...sampled, qualityBar: null };
    const cost = costOf(sampled, setting);
    return { ...sampled, qualityBar: qualityBar(bar, policies.cost(cost, method.score)) };
  });
  return { data, dataSeed: streams.seed(...name, 'batches'), children, seedPaths };
}

/**
 * Checks that a draw keeps to the choice, because a policy may come from a user's module and a
 * private path must not become a parent.
 * @throws Mu2NetError METHOD_INVALID
 */
function checkDraw(draw: ParentDraw, choice: ParentChoice, { name }: ResolvedMethod): void {
  const { parentId } = draw;
  const { population, seedPaths } = choice;
  const sameSeeds = draw.seedPaths === seedPaths || haveSameSeeds(draw.seedPaths, seedPaths);
  const inPopulation = population.some(({ path }) => path.id === parentId);
  if ((inPopulation || seedPaths.includes(parentId)) && sameSeeds) return;
  const wrong = sameSeeds
    ? `path ${draw.parentId} as a parent`
    : 'other seed paths than it was given';
  throw new Mu2NetError(
    'METHOD_INVALID',
    `method ${name}: its policy 'parent' returned ${wrong}; it may only choose from the population and the seed paths, and reorder the seed paths`,
    { method: name },
  );
}

function haveSameSeeds(some: readonly PathId[], others: readonly PathId[]): boolean {
  const [a, b] = [new Set(some), new Set(others)];
  return a.size === b.size && some.every((path) => b.has(path));
}

/** Returns the number of generations of a task iteration: ⌈samples ÷ width⌉ (method §2.2). */
export function generationsOf(method: Pick<Method, 'samplesPerTask' | 'width'>): number {
  return Math.ceil(method.samplesPerTask / method.width);
}
