import { Mu2NetError } from '../domain/errors.js';
import type { Method } from '../domain/experiment.js';
import type { DataHyperparameters } from '../domain/hyperparameters.js';
import type { PathId } from '../domain/path.js';
import { pathOf, type System } from '../domain/system.js';
import { type Child, mutate, type GenerationSetting } from './child.js';
import type { TaskIteration } from './iteration.js';
import type { ResolvedMethod, ParentChoice, ParentDraw } from './policies.js';
import { bestOf, rankPopulation } from './population.js';
import { costOf, qualityBar } from './score.js';
import type { Streams } from './streams.js';

/** The children sampled together, and what they share. */
export interface Generation {
  readonly data: DataHyperparameters;
  /** Orders the batches and draws the augmentations. */
  readonly dataSeed: number;
  readonly children: readonly Child[];
  /** The seed paths after this generation's draws. */
  readonly seedPaths: readonly PathId[];
}

/**
 * Asks for the next generation: samples its data hyperparameters, then parents and children one by
 * one (method §2.2, §3, §4). Every random draw of the generation happens here.
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
  const setting: GenerationSetting = { system, method, task, numClasses, data, locks };
  const drawn = new Map<PathId, number>();
  const offspring = (id: PathId) =>
    (system.offspring.get(id)?.get(task) ?? 0) + (drawn.get(id) ?? 0);
  let { seedPaths } = iteration;
  const children = Array.from({ length: method.width }, (_, nth): Child => {
    const child = [...name, 'child', nth];
    const choice = { system, population: ranking, seedPaths, offspring };
    const draw = checkDraw(
      policies.parent(choice, streams.stream(...child, 'parent')),
      choice,
      method,
    );
    seedPaths = draw.seedPaths;
    drawn.set(draw.parent, (drawn.get(draw.parent) ?? 0) + 1);
    const parent = pathOf(system, draw.parent);
    const sampled = mutate(parent, system.nextPath + nth, setting, streams, child);
    const bar = policies.bar(ranking.find(({ path }) => path === parent) ?? null);
    if (bar === null) return { ...sampled, qualityBar: null };
    const { components, hyperparameters } = sampled;
    const cost = costOf(components, hyperparameters, task, system, locks, method);
    return { ...sampled, qualityBar: qualityBar(bar, policies.cost(cost, method.score)) };
  });
  return { data, dataSeed: streams.seed(...name, 'batches'), children, seedPaths };
}

/**
 * The draw, if it keeps to the choice: a policy may be anybody's, and a private path is no parent.
 * @throws Mu2NetError METHOD_INVALID
 */
function checkDraw(draw: ParentDraw, choice: ParentChoice, { name }: ResolvedMethod): ParentDraw {
  const { population, seedPaths } = choice;
  const seeds = new Set(seedPaths);
  const own = population.some(({ path }) => path.id === draw.parent);
  const kept = new Set(draw.seedPaths);
  const same = kept.size === seeds.size && draw.seedPaths.every((path) => seeds.has(path));
  if ((own || seeds.has(draw.parent)) && same) return draw;
  const wrong = same ? `path ${draw.parent} as a parent` : 'other seed paths than it was given';
  throw new Mu2NetError(
    'METHOD_INVALID',
    `method ${name}: its policy 'parent' gave ${wrong}; it may choose among the population and the seed paths, and reorder these`,
    { method: name },
  );
}

/** Number of generations of a task iteration: ⌈samples ÷ width⌉. */
export function generationsOf(method: Pick<Method, 'samplesPerTask' | 'width'>): number {
  return Math.ceil(method.samplesPerTask / method.width);
}
