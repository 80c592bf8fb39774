import type { MutationRanges } from '../domain/hyperparameters.js';

const COLOUR = [0, 0.01, 0.02, 0.05, 0.1, 0.2];

const COMMON: MutationRanges = {
  opt_lr: [0.0001, 0.0002, 0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5],
  opt_lr_warmup_ratio: [0.01, 0.02, 0.05, 0.1, 0.2, 0.3, 0.4],
  opt_nesterov: [true, false],
  ds_area_range_min: [0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1],
  ds_aspect_ratio_range_min: [0.25, 0.5, 0.75, 1],
  ds_flip_left_right: [true, false],
  ds_brightness_delta: COLOUR,
  ds_contrast_delta: COLOUR,
  ds_saturation_delta: COLOUR,
  ds_hue_delta: COLOUR,
};

/** The µ2Net paper's auto-tune ranges (method §7): `v1` of ti3-chars and b-deca, `v2` of the rest. */
export const AUTO_TUNE = {
  v1: {
    ...COMMON,
    adapter_dim: [8, 16, 32, 64, 128],
    opt_lr_schedule: ['constant', 'cosine', 'restarts'],
    opt_momentum: [null, 0.2, 0.4, 0.5, 0.6, 0.7, 0.8, 0.85, 0.9, 0.95, 0.98, 0.99],
    ds_image_size: Array.from({ length: 24 }, (_, nth) => 16 * (nth + 1)),
  },
  v2: {
    ...COMMON,
    _mu_: [0.1, 0.12, 0.14, 0.16, 0.18, 0.2, 0.22, 0.24, 0.26, 0.28, 0.3],
    opt_momentum: [0.5, 0.6, 0.7, 0.8, 0.85, 0.9, 0.95, 0.98, 0.99],
    ds_crop: [true, false],
  },
} as const satisfies Record<string, MutationRanges>;

export type AutoTune = keyof typeof AUTO_TUNE;
