import type { RequestOf } from '../../../protocol/index.js';
import type { Architecture } from '../domain/architecture.js';
import { componentNames } from '../domain/component.js';
import type { Hyperparameters } from '../domain/hyperparameters.js';
import { architectureRequest } from './architecture.js';

/**
 * Builds the request that counts the operations of a path's forward pass on one image (method §5).
 */
export function flopsRequest(
  architecture: Architecture,
  hyperparameters: Hyperparameters,
): RequestOf<'flops'> {
  return {
    kind: 'flops',
    architecture: architectureRequest(architecture, hyperparameters),
    components: [...componentNames(hyperparameters)],
  };
}
