import type { ComponentName } from './component.js';

/** Learning-rate schedules of a child's training (method §5). */
export const SCHEDULES = ['constant', 'cosine', 'linear', 'restarts'] as const;
/** How the learning rate changes over training. */
export type Schedule = (typeof SCHEDULES)[number];

/**
 * What may happen to a child (method §4): a hyperparameter moves, a locked component is cloned, a
 * layer gains or loses its adapter.
 */
export type Action =
  | `hp:${TunableName}`
  | `clone:${ComponentName}`
  | `${'add' | 'remove'}:residual_adapter_${number}`;

/** Probabilities of actions that a path has learned, under the names the papers' code gives them. */
export interface LearnedProbabilities {
  readonly [learned: `_mu_|${string}`]: number | undefined;
}

/**
 * What a generation's children share: they see the same batches, prepared the same way (`ds_*`).
 */
export interface DataHyperparameters extends LearnedProbabilities {
  /** Side of the square image that the model sees, pixels. */
  readonly ds_image_size: number;
  readonly ds_crop: boolean;
  /** Smallest area of a random crop, as a fraction of the image; 1 turns cropping off. */
  readonly ds_area_range_min: number;
  /** Smallest aspect ratio a of a random crop; the ratio is drawn from [a, 1/a]. */
  readonly ds_aspect_ratio_range_min: number;
  readonly ds_flip_left_right: boolean;
  readonly ds_brightness_delta: number;
  readonly ds_contrast_delta: number;
  readonly ds_saturation_delta: number;
  readonly ds_hue_delta: number;
  /** Largest loss of JPEG quality, as a fraction of 100; 0 leaves images as they are. */
  readonly ds_quality_delta: number;
}

/** How a child is optimised (`opt_*`). */
export interface OptimizerHyperparameters {
  readonly opt_lr: number;
  readonly opt_lr_schedule: Schedule;
  /** Warm-up steps as a fraction of all steps. */
  readonly opt_lr_warmup_ratio: number;
  /** null means plain SGD. */
  readonly opt_momentum: number | null;
  readonly opt_nesterov: boolean;
}

/** The hyperparameters of a path, under the names the papers' code gives them. */
export interface Hyperparameters extends DataHyperparameters, OptimizerHyperparameters {
  /** Mutation probability µ. */
  readonly _mu_: number;
  readonly num_layers: number;
  readonly num_classes: number;
  /** Width of a residual adapter. */
  readonly adapter_dim: number;
  /** Layers that have a residual adapter before their encoder block, ascending. */
  readonly adapter_layers: readonly number[];
}

/** The name of a hyperparameter, learned probabilities apart. */
export type HyperparameterName = Exclude<keyof Hyperparameters, keyof LearnedProbabilities>;

/** Hyperparameters whose values can be tuned: all but those fixed by the task or by structure. */
export type TunableName = Exclude<HyperparameterName, 'num_classes' | 'adapter_layers'>;

/** The ordered values through which a hyperparameter moves, one step per mutation (method §4). */
export type MutationRanges = {
  readonly [Name in TunableName]?: readonly Hyperparameters[Name][];
};

const DATA_NAMES = [
  'ds_image_size',
  'ds_crop',
  'ds_area_range_min',
  'ds_aspect_ratio_range_min',
  'ds_flip_left_right',
  'ds_brightness_delta',
  'ds_contrast_delta',
  'ds_saturation_delta',
  'ds_hue_delta',
  'ds_quality_delta',
] as const satisfies readonly (keyof DataHyperparameters)[];

/** The data hyperparameters of `values` and what is learned of them, and nothing else. */
export function dataHyperparametersOf(values: DataHyperparameters): DataHyperparameters {
  const learned = Object.keys(values).filter((name) => name.startsWith('_mu_|hp:ds_'));
  return Object.fromEntries(
    [...DATA_NAMES, ...learned].map((name) => [name, values[name as (typeof DATA_NAMES)[number]]]),
  ) as unknown as DataHyperparameters;
}

/** Name under which a path keeps what it learned of an action's probability. */
export function learnedName(action: Action): `_mu_|${Action}` {
  return `_mu_|${action}`;
}
