import type { Architecture } from './architecture.js';
import { type ComponentName, componentNames, type ShapeFacts } from './component.js';
import type { Hyperparameters } from './hyperparameters.js';

/** What the operations of a path depend on within one architecture, in words. */
export type Structure = string;

/** The structure of a path: which layers have adapters does not matter, how many have does. */
export function structureOf(path: Hyperparameters): Structure {
  const { ds_image_size, num_classes, num_layers, adapter_layers, adapter_dim } = path;
  const adapters = adapter_layers.length > 0 ? `, ${adapter_layers.length}x${adapter_dim}` : '';
  return `${ds_image_size} px, ${num_layers} layers, ${num_classes} classes${adapters}`;
}

/** Of a layer norm; its square roots count as none. */
const norm = (tokens: number, width: number) => tokens * (7 * width + 1);

/** Of a product with a matrix and the sum with a bias. */
const dense = (tokens: number, from: number, to: number) => (2 * from + 1) * tokens * to;

/** Of a GELU; its hyperbolic tangents count as none. */
const gelu = (values: number) => 8 * values;

/**
 * Floating-point operations of one component's forward pass on one image, as XLA's cost analysis
 * counts those of the sidecar's programs: a multiply-add is two, a transcendental function none.
 */
export function forwardFlops(
  name: ComponentName,
  architecture: Architecture,
  facts: ShapeFacts,
): number {
  const { patchSize, hiddenSize: d, mlpDim: m, numHeads } = architecture;
  const patches = Math.floor(facts.ds_image_size / patchSize) ** 2;
  const tokens = patches + 1;
  if (name === 'embedding') return dense(patches, patchSize * patchSize * 3, d);
  if (name === 'cls') return 0;
  if (name === 'posembed_input') return tokens * d;
  // The head reads the class token alone, so only that is normed.
  if (name === 'encoder_norm') return norm(1, d);
  if (name === 'head') return dense(1, d, facts.num_classes);
  if (name.startsWith('residual_adapter_')) {
    const a = facts.adapter_dim;
    const bottleneck = dense(tokens, d, a) + gelu(tokens * a) + dense(tokens, a, d);
    return norm(tokens, d) + bottleneck + tokens * d;
  }
  const softmax = numHeads * tokens * (4 * tokens - 1);
  const attention = tokens * d + 2 * (2 * tokens * tokens * d) + softmax;
  const mlp = dense(tokens, d, m) + gelu(tokens * m) + dense(tokens, m, d);
  return 2 * norm(tokens, d) + 4 * dense(tokens, d, d) + attention + mlp + 2 * tokens * d;
}

/** Operations of a path's forward pass on one image. */
export function pathFlops(path: Hyperparameters, architecture: Architecture): number {
  return componentNames(path)
    .map((name) => forwardFlops(name, architecture, path))
    .reduce((a, b) => a + b, 0);
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
