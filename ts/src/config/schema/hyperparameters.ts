import { z } from 'zod';
import { LIMITS } from '../../../../protocol/index.js';
import { SCHEDULES, type TunableName } from '../../domain/hyperparameters.js';
import { fraction, list, upTo } from './scalars.js';
import { section } from './section.js';

const delta = fraction;

/** More layers than any architecture has; a check beside the architecture is closer. */
const DEEPEST = 1_000;

/** The values that each hyperparameter may have, as a default and in a range. */
const values = {
  _mu_: fraction,
  num_layers: z.int().min(0).max(DEEPEST),
  adapter_dim: upTo(LIMITS.adapterDim),
  opt_lr: z.number().positive().max(1_000),
  opt_lr_schedule: z.enum(SCHEDULES),
  opt_lr_warmup_ratio: fraction,
  opt_momentum: z.number().min(0).lt(1).nullable(),
  opt_nesterov: z.boolean(),
  ds_image_size: upTo(LIMITS.imageSize),
  ds_crop: z.boolean(),
  ds_area_range_min: z.number().positive().max(1),
  ds_aspect_ratio_range_min: z.number().positive().max(1),
  ds_flip_left_right: z.boolean(),
  ds_brightness_delta: delta,
  ds_contrast_delta: delta,
  ds_saturation_delta: delta,
  ds_hue_delta: z.number().min(0).max(0.5),
  ds_quality_delta: delta,
} satisfies Record<TunableName, z.ZodType>;

/**
 * The hyperparameters of the root model. A default is the value on which the µ2Net columns of
 * method §7 agree, or else that of ti0-cmaterdb. `num_layers` is 3, because the parameter reference
 * of ti0-cmaterdb counts three layers.
 */
export const hyperparameters = section({
  _mu_: values._mu_.default(0.2).describe('mutation probability µ'),
  num_layers: values.num_layers.default(3).describe('encoder blocks of the root model'),
  adapter_dim: values.adapter_dim.default(32).describe('width of a residual adapter'),
  adapter_layers: z
    .union([z.literal('all'), list(z.int().min(0).max(DEEPEST))], {
      error: "must be a list of layers, or 'all'",
    })
    .default([])
    .describe("layers whose adapter every path has from the start, or 'all'"),
  opt_lr: values.opt_lr.default(0.01).describe('peak learning rate'),
  opt_lr_schedule: values.opt_lr_schedule
    .default('cosine')
    .describe(`course of the learning rate: ${SCHEDULES.join(', ')}`),
  opt_lr_warmup_ratio: values.opt_lr_warmup_ratio
    .default(0.1)
    .describe('warm-up as a fraction of all steps'),
  opt_momentum: values.opt_momentum.default(0.9).describe('null: plain SGD'),
  opt_nesterov: values.opt_nesterov
    .default(false)
    .describe('whether the momentum is that of Nesterov'),
  ds_image_size: values.ds_image_size
    .default(32)
    .describe('side of the image that the model sees, pixels; a multiple of the patch size'),
  ds_crop: values.ds_crop.default(true).describe('whether crops are random'),
  ds_area_range_min: values.ds_area_range_min
    .default(0.05)
    .describe('smallest area of a crop as a fraction of the image; 1 turns crops off'),
  ds_aspect_ratio_range_min: values.ds_aspect_ratio_range_min
    .default(0.75)
    .describe('smallest aspect ratio a of a crop; ratios are drawn from [a, 1/a]'),
  ds_flip_left_right: values.ds_flip_left_right
    .default(true)
    .describe('whether half of the images are mirrored'),
  ds_brightness_delta: values.ds_brightness_delta.default(0).describe('largest change; 0 is off'),
  ds_contrast_delta: values.ds_contrast_delta.default(0).describe('largest change; 0 is off'),
  ds_saturation_delta: values.ds_saturation_delta.default(0).describe('largest change; 0 is off'),
  ds_hue_delta: values.ds_hue_delta.default(0).describe('largest change; 0 is off'),
  ds_quality_delta: values.ds_quality_delta
    .default(0)
    .describe('largest loss of JPEG quality, as a fraction of 100; 0 is off'),
});

const range = <Value extends z.ZodType>(value: Value) =>
  list(value)
    .min(1)
    .refine((list) => new Set(list).size === list.length, { error: 'has the same value twice' })
    .optional();

/** Ordered values through which a hyperparameter moves, one step per mutation. */
export const ranges = section({
  _mu_: range(values._mu_),
  num_layers: range(values.num_layers),
  adapter_dim: range(values.adapter_dim),
  opt_lr: range(values.opt_lr),
  opt_lr_schedule: range(values.opt_lr_schedule),
  opt_lr_warmup_ratio: range(values.opt_lr_warmup_ratio),
  opt_momentum: range(values.opt_momentum),
  opt_nesterov: range(values.opt_nesterov),
  ds_image_size: range(values.ds_image_size),
  ds_crop: range(values.ds_crop),
  ds_area_range_min: range(values.ds_area_range_min),
  ds_aspect_ratio_range_min: range(values.ds_aspect_ratio_range_min),
  ds_flip_left_right: range(values.ds_flip_left_right),
  ds_brightness_delta: range(values.ds_brightness_delta),
  ds_contrast_delta: range(values.ds_contrast_delta),
  ds_saturation_delta: range(values.ds_saturation_delta),
  ds_hue_delta: range(values.ds_hue_delta),
  ds_quality_delta: range(values.ds_quality_delta),
});
