import type { Architecture } from './architecture.js';
import type { ComponentName, ShapeFacts } from './component.js';

/**
 * Floating-point operations of one component's forward pass on one image, a multiply-add counted as
 * two; only matrix products are counted, which are all but a few per cent of a ViT's work.
 */
export function forwardFlops(
  name: ComponentName,
  architecture: Architecture,
  facts: ShapeFacts,
): number {
  const { patchSize, hiddenSize: d, mlpDim: m } = architecture;
  const patches = Math.floor(facts.ds_image_size / patchSize) ** 2;
  const tokens = patches + 1;
  if (name === 'embedding') return 2 * patches * patchSize * patchSize * 3 * d;
  if (name === 'head') return 2 * d * facts.num_classes;
  if (name.startsWith('residual_adapter_')) return 4 * tokens * d * facts.adapter_dim;
  if (name.startsWith('encoderblock_')) {
    const projections = 4 * d * d;
    const attention = 2 * tokens * d;
    return 2 * tokens * (projections + attention + 2 * d * m);
  }
  return 0;
}

/**
 * Operations of one training step on one image, given the components in forward order: the forward
 * pass, the gradient with respect to activations down to the first trainable component, and the
 * gradient with respect to the parameters of the trainable ones.
 */
export function trainFlops(
  components: readonly { readonly name: ComponentName; readonly trainable: boolean }[],
  architecture: Architecture,
  facts: ShapeFacts,
): number {
  let sum = 0;
  let upstream = false;
  for (const { name, trainable } of components) {
    sum += forwardFlops(name, architecture, facts) * (1 + Number(upstream) + Number(trainable));
    upstream ||= trainable;
  }
  return sum;
}
