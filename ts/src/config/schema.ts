import { z } from 'zod';
import { ARCHITECTURE_SIZES } from '../domain/architecture.js';
import type { ComponentName } from '../domain/component.js';
import { POLICIES, type PolicyName } from '../domain/experiment.js';
import { hyperparameters, ranges } from './hyperparameters.js';
import { AUTO_TUNE, type AutoTune } from './ranges.js';
import { section } from './section.js';
import { tasks } from './tasks.js';

const COMPONENT =
  /^(embedding|cls|posembed_input|encoderblock_\d+|residual_adapter_\d+|encoder_norm|head)$/;

/** Counts stay below 2^32, which is what every language and the wire can hold. */
const positive = z.int().min(1).max(0xffff_ffff);

const component = z
  .string()
  .regex(COMPONENT, 'not a component; for example encoder_norm or encoderblock_0')
  .transform((name) => name as ComponentName);

const sha256 = z
  .string()
  .regex(/^[0-9a-f]{64}$/, 'a sha256 has 64 hexadecimal digits, in lower case')
  .nullable()
  .default(null);

const root = section({
  architecture: z
    .string()
    .default('Ti/16')
    .describe(`of every model: ${ARCHITECTURE_SIZES.join(', ')}, a slash, patch side`),
  checkpoint: z
    .string()
    .min(1)
    .nullable()
    .default(null)
    .describe('npz or safetensors file, URL, or augreg: and a query; null: random weights'),
  sha256: sha256.describe('what the checkpoint has to hash to; null: anything'),
});

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
    .describe('operations on one image that do so too; null puts no price on them'),
});

const policies = section(
  Object.fromEntries(POLICIES.map((policy) => [policy, z.string().optional()])) as Record<
    PolicyName,
    z.ZodOptional<z.ZodString>
  >,
);

const method = section({
  name: z
    .string()
    .default('mu2net')
    .describe('mu2net, mu2net+, baseline, or a method of the module'),
  module: z
    .string()
    .min(1)
    .nullable()
    .default(null)
    .describe('file of methods of your own, made with defineMethod; null is none'),
  sha256: sha256.describe('what the module has to hash to; null: anything'),
  policies: policies
    .prefault({})
    .describe(`policies taken from another method, by its name: ${POLICIES.join(', ')}`),
  samplesPerTask: positive.default(32).describe('children sampled in one task iteration'),
  width: positive.default(8).describe('children of one generation'),
  adaptersMutate: z.boolean().default(false).describe('layers may gain residual adapters'),
  adaptersRemovable: z.boolean().default(false).describe('where they mutate, layers may lose them'),
  alwaysClone: z
    .array(component)
    .default(['encoder_norm'])
    .describe('components that every child clones'),
  maxTaskPopulation: positive
    .nullable()
    .optional()
    .describe('paths that a task keeps after a generation; null keeps all'),
  warmupStart: z
    .number()
    .min(0)
    .max(1)
    .optional()
    .describe('of the peak: where a warm-up starts, and a linear schedule ends'),
  normaliseFirst: z
    .boolean()
    .optional()
    .describe('images are augmented as values in [-1, 1] rather than as bytes'),
  score: score
    .prefault({})
    .describe('quality × base^(accounted ÷ parametersReference + operations ÷ flopsReference)'),
});

const training = section({
  batchSize: positive.default(512).describe('examples of one step'),
  maxTrainExamplesBetweenValidations: positive
    .default(51_200)
    .describe('a smaller train split is passed over once'),
  validationsPerChild: positive.default(4).describe('a child keeps the best of them'),
  maxValidationExamples: positive.default(5_120).describe('of each validation'),
});

/** The configuration file: every key, its default and its meaning. */
export const schema = section({
  name: z
    .string()
    .regex(/^[A-Za-z0-9][\w.-]*$/, "letters, digits, '_', '-' and '.' only")
    .describe('names the runs of this experiment'),
  seed: z.int().min(0).max(0xffff_ffff).default(0).describe('of every random draw'),
  root: root.prefault({}).describe('the model that starts the system'),
  method: method.prefault({}).describe('how the system evolves (method §2 to §4)'),
  training: training.prefault({}).describe('limits of the training of a child (method §5)'),
  hyperparameters: hyperparameters
    .prefault({})
    .describe('of the root model, from which children start (method §4 to §6)'),
  autoTune: z
    .enum(Object.keys(AUTO_TUNE) as [AutoTune, ...AutoTune[]])
    .nullable()
    .default('v2')
    .describe(
      `the papers' mutation ranges: ${Object.keys(AUTO_TUNE).join(', ')}, or null for none`,
    ),
  ranges: ranges
    .prefault({})
    .describe('mutation ranges, beside or instead of those of autoTune; ordered'),
  tasks: tasks.describe('in the order in which each task iteration visits them'),
  taskIterations: positive.default(2).describe('how many times the tasks are visited'),
  cycles: positive
    .default(1)
    .describe('task iterations of a task, one after the other, at a visit'),
  continueFrom: z
    .string()
    .min(1)
    .nullable()
    .default(null)
    .describe(
      'run directory, or directory:branch, whose system this one continues; null: the root',
    ),
});

/** A configuration with every default filled in. */
export type Config = z.output<typeof schema>;

/** A configuration as a person writes it. */
export type ConfigInput = z.input<typeof schema>;
