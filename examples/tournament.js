// @ts-check
/**
 * A method of your own: µ2Net+, but each parent is the better of two drawn at random.
 *
 *     npx mu2net simulate configs/quickstart.yaml \
 *       --set method.module=../examples/tournament.js --set method.name=tournament
 *
 * In a configuration: `method: { name: tournament, module: ../examples/tournament.js }`, with the
 * path relative to the configuration. A policy draws only from the stream that it is given, so that
 * a run can be repeated and resumed. A run goes on only with the file that it began with; a branch
 * may take a changed one.
 */
import { defineMethod, mu2netPlus } from 'mu2net';

export const tournament = defineMethod({
  name: 'tournament',
  base: mu2netPlus,
  policies: {
    parent({ population, seedPaths }, stream) {
      // The population is ranked, best first; paths of other tasks come after it.
      const all = [...population.map(({ path }) => path.id), ...seedPaths];
      const place = Math.min(stream.index(all.length), stream.index(all.length));
      return { parentId: /** @type {number} */ (all[place]), seedPaths };
    },
  },
});
