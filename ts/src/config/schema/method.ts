import { z } from 'zod';
import { LIMITS } from '../../../../protocol/index.js';
import type { ComponentName } from '../../domain/component.js';
import { POLICIES, type PolicyName } from '../../domain/experiment.js';
import { fraction, list, path, sha256, upTo } from './scalars.js';
import { section } from './section.js';

const COMPONENT =
  /^(embedding|cls|posembed_input|encoderblock_\d+|residual_adapter_\d+|encoder_norm|head)$/;

/** Most children that a task iteration samples. */
const MOST_SAMPLES = 1_000_000;

const component = z
  .string()
  .regex(COMPONENT, 'not a component; for example encoder_norm or encoderblock_0')
  .transform((name) => name as ComponentName);

/** Keys that are optional here have the default of the method that is named. */
const score = section({
  base: z.number().positive().max(1).optional().describe('1 puts no price on size or operations'),
  parametersReference: z
    .number()
    .positive()
    .optional()
    .describe('accounted parameters that multiply the score by base once'),
  flopsReference: z
    .number()
    .positive()
    .nullable()
    .optional()
    .describe('operations on one image that multiply it by base once; null: they are free'),
});

const policies = section(
  Object.fromEntries(POLICIES.map((policy) => [policy, path.optional()])) as Record<
    PolicyName,
    z.ZodOptional<typeof path>
  >,
);

export const method = section({
  name: path.default('mu2net').describe('mu2net, mu2net+, baseline, or a method of the module'),
  module: path
    .nullable()
    .default(null)
    .describe('file with methods of your own, made with defineMethod; null: none'),
  sha256: sha256.describe('expected hash of the module; null: any'),
  policies: policies
    .prefault({})
    .describe(`policies taken from another method, by its name: ${POLICIES.join(', ')}`),
  samplesPerTask: upTo(MOST_SAMPLES).default(32).describe('children sampled in one task iteration'),
  width: upTo(LIMITS.cohort).default(8).describe('children of one generation'),
  adaptersMutate: z.boolean().default(false).describe('whether layers may gain residual adapters'),
  adaptersRemovable: z
    .boolean()
    .default(false)
    .describe('whether layers may lose them again; needs adaptersMutate'),
  alwaysClone: list(component)
    .default(['encoder_norm'])
    .describe('components that every child clones'),
  maxTaskPopulation: upTo(MOST_SAMPLES)
    .nullable()
    .optional()
    .describe('most paths that a task keeps after a generation; null: all'),
  warmupStart: fraction
    .optional()
    .describe('fraction of the peak at which a warm-up starts and a linear schedule ends'),
  normaliseFirst: z
    .boolean()
    .optional()
    .describe('whether images are augmented as values in [-1, 1] rather than as bytes'),
  score: score
    .prefault({})
    .describe('quality × base^(accounted ÷ parametersReference + operations ÷ flopsReference)'),
});
