import { z } from 'zod';
import { LIMITS } from '../../../../protocol/index.js';
import { ARCHITECTURE_SIZES } from '../../domain/architecture.js';
import { LONGEST_NAME, NAME, NAME_RULE } from '../../domain/names.js';
import type { Refusals } from '../errors/refusals.js';
import type { Refuse } from '../errors/refuse.js';
import { schemaRefusals } from '../errors/schema-issue.js';
import { hyperparameters, ranges } from './hyperparameters.js';
import { method } from './method.js';
import { AUTO_TUNE, type AutoTune } from './published-ranges.js';
import { repairConfig } from './repair.js';
import { path, sha256, upTo } from './scalars.js';
import { section } from './section.js';
import { tasks } from './tasks.js';

const root = section({
  architecture: z
    .string()
    .default('Ti/16')
    .describe(`of every model: ${ARCHITECTURE_SIZES.join(', ')}, a slash, side of a patch`),
  checkpoint: path
    .nullable()
    .default(null)
    .describe(
      'npz or safetensors file, URL, box:characters, which comes with mu2net, timm:<model>, hf:<owner>/<model>, or augreg: and a query; null: random weights',
    ),
  sha256: sha256.describe('expected hash of the checkpoint; null: any'),
});

const training = section({
  batchSize: upTo(LIMITS.batchSize).default(512).describe('examples of one step'),
  maxTrainExamplesBetweenValidations: upTo(LIMITS.examples)
    .default(51_200)
    .describe('a smaller train split is read once between validations'),
  validationsPerChild: upTo(LIMITS.validations)
    .default(4)
    .describe('a child keeps the best of them'),
  maxValidationExamples: upTo(LIMITS.examples)
    .default(5_120)
    .describe('most examples of one validation'),
});

/** The configuration file: every key, its default and its meaning. */
export const schema = section({
  name: z
    .string()
    .max(LONGEST_NAME, { abort: true })
    .regex(NAME, NAME_RULE)
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
    .describe('ordered mutation ranges; they are added to those of autoTune or replace them'),
  tasks: tasks.describe('in the order in which each task iteration visits them'),
  taskIterations: upTo(10_000).default(2).describe('how many times the tasks are visited'),
  cycles: upTo(10_000).default(1).describe('task iterations of a task in a row, at each visit'),
  continueFrom: path
    .nullable()
    .default(null)
    .describe('run directory, or directory:branch, whose system is continued; null: a new root'),
});

/** A configuration with every default filled in. */
export type Config = z.output<typeof schema>;

/** A configuration as a person writes it. */
export type ConfigInput = z.input<typeof schema>;

/**
 * Checks a configuration by the schema and fills in its defaults. Values that the schema refuses are
 * noted in `refusals` and have stand-ins, so that the others can be checked further.
 *
 * @throws Mu2NetError CONFIG_INVALID when nothing is left to check.
 */
export function parseConfig(input: unknown, refuse: Refuse, refusals: Refusals): Config {
  const result = schema.safeParse(input, { reportInput: true });
  if (result.success) return result.data;
  const refused = schemaRefusals(result.error.issues);
  for (const { path, message } of refused) refusals.attempt([], () => refuse(path, message));
  const repaired = schema.safeParse(repairConfig(input, refused, refusals));
  if (repaired.success) return repaired.data;
  refusals.throwIfAny();
  throw repaired.error;
}
