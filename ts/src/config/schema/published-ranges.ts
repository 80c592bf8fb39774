import type { MutationRanges } from '../../domain/hyperparameters.js';

const COLOUR = [0, 0.01, 0.02, 0.05, 0.1, 0.2];

/** The multiples of a step from `from` times to `to` times. */
const multiples = (step: number, from: number, to: number) =>
  Array.from({ length: to - from + 1 }, (_, nth) => step * (from + nth));

/** Multiples of a hundredth, exactly as the same decimals in source text. */
const hundredths = (step: number, from: number, to: number) =>
  multiples(step, from, to).map((value) => value / 100);

const COMMON: MutationRanges = {
  opt_lr: [0.0001, 0.0002, 0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5],
  opt_nesterov: [true, false],
  ds_flip_left_right: [true, false],
  ds_brightness_delta: COLOUR,
  ds_contrast_delta: COLOUR,
  ds_saturation_delta: COLOUR,
  ds_hue_delta: COLOUR,
};

const MU2NET: MutationRanges = {
  ...COMMON,
  opt_lr_warmup_ratio: [0.01, 0.02, 0.05, 0.1, 0.2, 0.3, 0.4],
  ds_area_range_min: [0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1],
  ds_aspect_ratio_range_min: [0.25, 0.5, 0.75, 1],
};

const MU2NET_PLUS: MutationRanges = {
  ...COMMON,
  _mu_: hundredths(2, 1, 15),
  opt_lr_warmup_ratio: [0, 0.01, 0.02, 0.05, 0.1, 0.2, 0.3],
  opt_momentum: [0.5, 0.6, 0.7, 0.75, 0.8, 0.85, 0.9, 0.95, 0.98, 0.99],
  ds_area_range_min: [0.05, 0.5, 0.95, 1],
  ds_aspect_ratio_range_min: [0.5, 0.75, 1],
  ds_quality_delta: COLOUR,
};

const ADAPTER_DIM = [8, 16, 32, 64, 128];

/**
 * The papers' auto-tune ranges (method §7). µ2Net uses `v1` in ti3-chars and b-deca and `v2` in its
 * other experiments; µ2Net+ has one set of ranges for each of its three agents.
 */
export const AUTO_TUNE = {
  v1: {
    ...MU2NET,
    adapter_dim: ADAPTER_DIM,
    opt_lr_schedule: ['constant', 'cosine', 'restarts'],
    opt_momentum: [null, 0.2, 0.4, 0.5, 0.6, 0.7, 0.8, 0.85, 0.9, 0.95, 0.98, 0.99],
    ds_image_size: multiples(16, 1, 24),
  },
  v2: {
    ...MU2NET,
    _mu_: hundredths(2, 5, 15),
    opt_momentum: [0.5, 0.6, 0.7, 0.8, 0.85, 0.9, 0.95, 0.98, 0.99],
    ds_crop: [true, false],
  },
  'plus-ti0': { ...MU2NET_PLUS, num_layers: [0, 1, 2, 3], ds_image_size: [32, 48] },
  'plus-base': { ...MU2NET_PLUS, adapter_dim: ADAPTER_DIM, ds_image_size: multiples(16, 1, 7) },
  'plus-large': { ...MU2NET_PLUS, ds_image_size: [224, 384] },
} as const satisfies Record<string, MutationRanges>;

export type AutoTune = keyof typeof AUTO_TUNE;

/** The ranges of a name. In µ2Net+ a path may use fewer layers than the root model. */
export function publishedRanges(name: AutoTune, numLayers: number): MutationRanges {
  const layers = name === 'plus-base' || name === 'plus-large';
  return { ...AUTO_TUNE[name], ...(layers && { num_layers: multiples(1, 0, numLayers) }) };
}
