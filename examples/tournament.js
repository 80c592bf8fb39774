// @ts-check
/**
 * An example of your own method: µ2Net+, but each parent is the better of two random candidates.
 *
 *     npx mu2net simulate configs/quickstart.yaml \
 *       --set method.module=../examples/tournament.js --set method.name=tournament
 *
 * In a configuration: `method: { name: tournament, module: ../examples/tournament.js }`, with the
 * path relative to the configuration. A policy draws random numbers only from the given stream, so
 * that a run can be repeated and resumed. A run continues only with an unchanged file; a branch can
 * use a changed one.
 */
import { defineMethod, mu2netPlus } from 'mu2net';

export const tournament = defineMethod({
  name: 'tournament',
  base: mu2netPlus,
  policies: {
    parent({ population, seedPaths }, stream) {
      // The population comes first, ranked from the best; paths of other tasks follow.
      const all = [...population.map(({ path }) => path.id), ...seedPaths];
      const place = Math.min(stream.index(all.length), stream.index(all.length));
      return { parentId: /** @type {number} */ (all[place]), seedPaths };
    },
  },
});
