import type { PathId } from '../domain/path.js';
import type { ParentChoice, ParentDraw, Policies } from './policies.js';
import type { Stream } from './streams.js';

/** The first path accepted, each with probability 0.5^offspring. */
function firstAccepted(
  candidates: readonly PathId[],
  { offspring }: ParentChoice,
  stream: Stream,
): PathId | undefined {
  return candidates.find((path) => stream.chance(0.5 ** offspring(path)));
}

const idsOf = ({ population }: ParentChoice) => population.map(({ path }) => path.id);

function drawUniformly(choice: ParentChoice, stream: Stream): ParentDraw {
  const { seedPaths } = choice;
  const all = [...idsOf(choice), ...seedPaths];
  const parent = all[stream.index(all.length)];
  if (parent === undefined)
    throw new Error('there is no path to be a parent: the system has no root');
  return { parent, seedPaths };
}

/** The task's population by decreasing score; else uniform over it and the seed paths. */
export const populationThenUniform: Policies['parent'] = (choice, stream) => {
  const parent = firstAccepted(idsOf(choice), choice, stream);
  return parent === undefined ? drawUniformly(choice, stream) : { parent, seedPaths: choice.seedPaths };
};

/** The population, then the seed paths in rotating order; else uniform over both. */
export const populationThenSeedPaths: Policies['parent'] = (choice, stream) => {
  const { seedPaths } = choice;
  const own = firstAccepted(idsOf(choice), choice, stream);
  if (own !== undefined) return { parent: own, seedPaths };
  const seed = firstAccepted(seedPaths, choice, stream);
  if (seed === undefined) return drawUniformly(choice, stream);
  const next = seedPaths.indexOf(seed) + 1;
  return { parent: seed, seedPaths: [...seedPaths.slice(next), ...seedPaths.slice(0, next)] };
};

/** Always a root model: what is learned for one task is of no use to another. */
export const rootModel: Policies['parent'] = ({ system, seedPaths }) => {
  const parent = seedPaths.find((path) => system.paths.get(path)?.task === null);
  if (parent === undefined) throw new Error('rootModel');
  return { parent, seedPaths };
};
