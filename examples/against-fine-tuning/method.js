// @ts-check
import { defineMethod, mu2net } from 'mu2net';

/**
 * µ2Net for a system that continues from a trained model. The random root below that model cannot
 * be a parent, so the trained model acts as the root, like the published checkpoints in the papers.
 */
export const pretrained = defineMethod({
  name: 'pretrained',
  policies: {
    parent(choice, stream) {
      const isRoot = (/** @type {number} */ id) => choice.system.paths.get(id)?.task === null;
      const trained = choice.seedPaths.filter((id) => !isRoot(id));
      const roots = choice.seedPaths.filter(isRoot);
      const draw = mu2net.policies.parent({ ...choice, seedPaths: trained }, stream);
      return { ...draw, seedPaths: [...draw.seedPaths, ...roots] };
    },
  },
});
