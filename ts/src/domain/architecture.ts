/**
 * Dimensions of a Vision Transformer that all paths of one system share.
 * Source: Dosovitskiy et al. 2021, table 1; Steiner et al. 2022 for Ti.
 */
export interface Architecture {
  /** Side of a square patch, pixels. */
  readonly patchSize: number;
  /** Width of a token. */
  readonly hiddenSize: number;
  /** Width of the MLP's hidden layer. */
  readonly mlpDim: number;
  readonly numHeads: number;
  /** Encoder blocks of the published model; paths may use fewer. */
  readonly depth: number;
}

/** The only table of sizes in TypeScript; a contract test holds the sidecar's to it. */
const SIZES = {
  Ti: { hiddenSize: 192, mlpDim: 768, numHeads: 3, depth: 12 },
  S: { hiddenSize: 384, mlpDim: 1536, numHeads: 6, depth: 12 },
  B: { hiddenSize: 768, mlpDim: 3072, numHeads: 12, depth: 12 },
  L: { hiddenSize: 1024, mlpDim: 4096, numHeads: 16, depth: 24 },
} as const;

/** Letters of the published model sizes. */
export const ARCHITECTURE_SIZES = Object.keys(SIZES) as readonly (keyof typeof SIZES)[];

/**
 * Returns the architecture for a name such as `Ti/16` or `L/16`: size, then patch side in pixels.
 * Returns undefined for a name that does not have this form.
 */
export function architectureOf(name: string): Architecture | undefined {
  const [, size, patchSide] = /^(\w+)\/([1-9]\d*)$/.exec(name) ?? [];
  const known = ARCHITECTURE_SIZES.find((each) => each === size);
  return known && { patchSize: Number(patchSide), ...SIZES[known] };
}

/** Returns the name that {@link architectureOf} reads; undefined for an unpublished size. */
export function architectureName({
  patchSize,
  hiddenSize,
  depth,
}: Architecture): string | undefined {
  const size = ARCHITECTURE_SIZES.find(
    (each) => SIZES[each].hiddenSize === hiddenSize && SIZES[each].depth === depth,
  );
  return size && `${size}/${patchSize}`;
}
