// @ts-check
import { defineMethod, mu2net } from 'mu2net';

/**
 * µ2Net for a system that goes on from a trained model: the random root below it is no parent, so that
 * the trained model is the root, as the published checkpoints are in the papers.
 */
export const pretrained = defineMethod({
  name: 'pretrained',
  policies: {
    parent: (choice, stream) => {
      const { paths } = choice.system;
      const seedPaths = choice.seedPaths.filter((id) => paths.get(id)?.task !== null);
      return mu2net.policies.parent({ ...choice, seedPaths }, stream);
    },
  },
});
