/**
 * Upper bounds of the quantities on the wire. Configurations have the same ones, so that a value
 * which would exhaust a machine is refused where it is written.
 */
export const LIMITS = {
  /** Characters of a text. */
  text: 16_384,
  /** Characters of a split expression. */
  splitExpression: 1_024,
  /** Classes of a task: 50 times those of ImageNet-21k. */
  classes: 2 ** 20,
  /** Examples of a split: 4 times those of ImageNet-21k. */
  examples: 2 ** 26,
  /** Images of a batch. */
  batchSize: 65_536,
  /** Validations of a child. */
  validations: 10_000,
  /** Children that train together. */
  cohort: 4_096,
  /** Side of an image or of a patch, pixels. */
  imageSize: 4_096,
  /** Hidden width of a residual adapter. */
  adapterDim: 16_384,
} as const;
