import type { PathId } from '../domain/path.js';
import type { ParentChoice, ParentDraw, Policies } from './policies.js';
import type { Stream } from './streams.js';

/** Returns the first candidate that passes a draw with probability 0.5^offspring (method §3). */
function firstAccepted(
  candidates: readonly PathId[],
  { offspring }: ParentChoice,
  stream: Stream,
): PathId | undefined {
  return candidates.find((path) => stream.chance(0.5 ** offspring(path)));
}

const idsOf = ({ population }: ParentChoice) => population.map(({ path }) => path.id);

/** Draws a parent uniformly from the population and the seed paths. */
function drawUniformly(choice: ParentChoice, stream: Stream): ParentDraw {
  const { seedPaths } = choice;
  const all = [...idsOf(choice), ...seedPaths];
  const parent = all[stream.index(all.length)];
  if (parent === undefined)
    throw new Error('no path can be a parent because the system has no root');
  return { parentId: parent, seedPaths };
}

/** Tries the task's population by decreasing score; else draws uniformly from all candidates. */
export const populationThenUniform: Policies['parent'] = (choice, stream) => {
  const parent = firstAccepted(idsOf(choice), choice, stream);
  return parent === undefined
    ? drawUniformly(choice, stream)
    : { parentId: parent, seedPaths: choice.seedPaths };
};

/**
 * Tries the population by decreasing score, then the seed paths in rotating order; else draws
 * uniformly from all candidates.
 */
export const populationThenSeedPaths: Policies['parent'] = (choice, stream) => {
  const { seedPaths } = choice;
  const parent = firstAccepted(idsOf(choice), choice, stream);
  if (parent !== undefined) return { parentId: parent, seedPaths };
  const seed = firstAccepted(seedPaths, choice, stream);
  if (seed === undefined) return drawUniformly(choice, stream);
  const next = seedPaths.indexOf(seed) + 1;
  return { parentId: seed, seedPaths: [...seedPaths.slice(next), ...seedPaths.slice(0, next)] };
};

/** Returns a root model, so that no task uses the knowledge of another (method §7). */
export const rootModel: Policies['parent'] = ({ system, seedPaths }) => {
  const parent = seedPaths.find((path) => system.paths.get(path)?.task === null);
  if (parent === undefined) throw new Error('the system has no root');
  return { parentId: parent, seedPaths };
};
