import type { Architecture } from './architecture.js';
import { type ComponentName, componentNames, type ShapeFacts } from './component.js';
import type { Hyperparameters } from './hyperparameters.js';

/** Text that identifies all paths of one architecture that need the same number of operations. */
export type Structure = string;

/** Returns the structure of a path. It has the number of adapters, but not their layers. */
export function structureOf(path: Hyperparameters): Structure {
  const { ds_image_size, num_classes, num_layers, adapter_layers, adapter_dim } = path;
  const adapters = adapter_layers.length > 0 ? `, ${adapter_layers.length}x${adapter_dim}` : '';
  return `${ds_image_size} px, ${num_layers} layers, ${num_classes} classes${adapters}`;
}

/** Operations of a layer norm; its square roots are not counted. */
const norm = (tokens: number, width: number) => tokens * (7 * width + 1);

/** Operations of a matrix product and the addition of a bias. */
const dense = (tokens: number, from: number, to: number) => (2 * from + 1) * tokens * to;

/** Operations of a GELU; its hyperbolic tangents are not counted. */
const gelu = (values: number) => 8 * values;

/**
 * Returns the floating-point operations of one component's forward pass on one image (method §5).
 * The counts equal those of XLA's cost analysis of the sidecar's programs: two for a multiply-add,
 * zero for a transcendental function.
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
  // The head reads only the class token, so the norm is applied to this token alone.
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

/** Returns the floating-point operations of a path's forward pass on one image. */
export function pathFlops(
  path: Parameters<typeof componentNames>[0] & ShapeFacts,
  architecture: Architecture,
): number {
  return componentNames(path)
    .map((name) => forwardFlops(name, architecture, path))
    .reduce((a, b) => a + b, 0);
}

/**
 * Returns the floating-point operations of one training step on one image: the forward pass, the
 * gradient of the activations down to the first trainable component, and the gradient of the
 * trainable parameters. `components` are in forward order.
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
