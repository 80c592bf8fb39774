import type { PathId } from '../domain/path.js';
import type { Stream } from './streams.js';

/** The parent that was drawn, and the seed paths in the order in which the next draw visits them. */
export interface ParentDraw {
  readonly parent: PathId;
  readonly seedPaths: readonly PathId[];
}

function firstAccepted(
  candidates: readonly PathId[],
  offspring: (path: PathId) => number,
  stream: Stream,
): PathId | undefined {
  return candidates.find((path) => stream.chance(0.5 ** offspring(path)));
}

/**
 * Draws the parent of a child (method §3): the task's population by decreasing score, then the seed
 * paths in rotating order, each accepted with probability 0.5^offspring; else uniform over both.
 *
 * @param ranked The active task's population, best first.
 * @param offspring Children that a path already had for the active task.
 */
export function drawParent(
  ranked: readonly PathId[],
  seedPaths: readonly PathId[],
  offspring: (path: PathId) => number,
  stream: Stream,
): ParentDraw {
  const own = firstAccepted(ranked, offspring, stream);
  if (own !== undefined) return { parent: own, seedPaths };
  const seed = firstAccepted(seedPaths, offspring, stream);
  if (seed !== undefined) {
    const next = seedPaths.indexOf(seed) + 1;
    return { parent: seed, seedPaths: [...seedPaths.slice(next), ...seedPaths.slice(0, next)] };
  }
  const all = [...ranked, ...seedPaths];
  const any = all[stream.index(all.length)];
  if (any === undefined) throw new Error('there is no path to be a parent: the system has no root');
  return { parent: any, seedPaths };
}
