import type { ChildRequest } from '../../../protocol/index.js';
import type { Architecture } from '../domain/architecture.js';
import type { ShapeFacts } from '../domain/component.js';

/** Builds the part of a request that determines the shapes of a path's components. */
export function architectureRequest(
  { patchSize, hiddenSize, mlpDim, numHeads }: Architecture,
  facts: ShapeFacts,
): ChildRequest['architecture'] {
  return {
    patchSize,
    hiddenSize,
    mlpDim,
    numHeads,
    imageSize: facts.ds_image_size,
    numClasses: facts.num_classes,
    adapterDim: facts.adapter_dim,
  };
}
