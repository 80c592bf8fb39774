import type { Architecture } from './architecture.js';

/** Content digest of a stored object: `sha256` in lower-case hexadecimal. */
export type Digest = string;

/** Identity of a component within one system: the path that created it, a slash, its name. */
export type ComponentId = string;

/** Name of a component; it gives the component's place in the model (method §1). */
export type ComponentName =
  | 'embedding'
  | 'cls'
  | 'posembed_input'
  | `encoderblock_${number}`
  | `residual_adapter_${number}`
  | 'encoder_norm'
  | 'head';

/** A named, immutable group of ViT parameters; every path that lists its id shares it. */
export interface Component {
  readonly id: ComponentId;
  readonly name: ComponentName;
  /** Number of scalar parameters. */
  readonly parameterCount: number;
  /** Digest of the parameters. */
  readonly paramsDigest: Digest;
  /** Digest of the momentum trace; null where there is none (roots, plain SGD). */
  readonly traceDigest: Digest | null;
}

/** The hyperparameters that determine the shape of a component. */
export interface ShapeFacts {
  /** Side of the input image, in pixels. */
  readonly ds_image_size: number;
  readonly num_classes: number;
  readonly adapter_dim: number;
}

/** Returns the names of a path's components, in the order of the forward pass (method §1). */
export function componentNames(path: {
  readonly num_layers: number;
  readonly adapter_layers: readonly number[];
}): readonly ComponentName[] {
  const adapters = new Set(path.adapter_layers);
  const names: ComponentName[] = ['embedding', 'cls', 'posembed_input'];
  for (let layer = 0; layer < path.num_layers; layer++) {
    if (adapters.has(layer)) names.push(`residual_adapter_${layer}`);
    names.push(`encoderblock_${layer}`);
  }
  names.push('encoder_norm', 'head');
  return names;
}

/** Returns the number of scalar parameters of a component (method §1). */
export function countParameters(
  name: ComponentName,
  architecture: Architecture,
  facts: ShapeFacts,
): number {
  const { patchSize, hiddenSize: d, mlpDim: m } = architecture;
  if (name === 'embedding') return patchSize * patchSize * 3 * d + d;
  if (name === 'cls') return d;
  if (name === 'posembed_input') return (Math.floor(facts.ds_image_size / patchSize) ** 2 + 1) * d;
  if (name === 'encoder_norm') return 2 * d;
  if (name === 'head') return d * facts.num_classes + facts.num_classes;
  if (name.startsWith('residual_adapter_')) {
    const a = facts.adapter_dim;
    return 2 * d + (d * a + a) + (a * d + d);
  }
  // Two layer norms; query, key, value and output projections; the two dense layers of the MLP.
  return 4 * d + 4 * (d * d + d) + (d * m + m) + (m * d + d);
}

/**
 * Says whether a component has the same size under two sets of facts. If not, a child cannot use
 * its ancestor's component (method §4).
 */
export function sameShape(
  name: ComponentName,
  architecture: Architecture,
  a: ShapeFacts,
  b: ShapeFacts,
): boolean {
  return countParameters(name, architecture, a) === countParameters(name, architecture, b);
}
