import { z } from 'zod';
import { Mu2NetError } from '../../domain/errors.js';
import type { Experiment } from '../../domain/experiment.js';
import type { DataHyperparameters, Hyperparameters } from '../../domain/hyperparameters.js';
import type { PathId } from '../../domain/path.js';
import type { Task } from '../../domain/task.js';
import type { Row } from './connection.js';
import type { WorkerRecord } from './records.js';
import type { StoredBeginning, StoredChild, StoredMeasurement } from './stored-names.js';

/**
 * Forms of the record's JSON columns. A value is checked when it is read, and is not changed: keys
 * that have no form here, such as learned probabilities, stay in it.
 */

const digest = z.string().regex(/^[0-9a-f]{64}$/);
const id = z.int().min(0);
const strings = z.array(z.string());

const data = z.looseObject({
  ds_image_size: z.number(),
  ds_crop: z.boolean(),
  ds_area_range_min: z.number(),
  ds_aspect_ratio_range_min: z.number(),
  ds_flip_left_right: z.boolean(),
  ds_brightness_delta: z.number(),
  ds_contrast_delta: z.number(),
  ds_saturation_delta: z.number(),
  ds_hue_delta: z.number(),
  ds_quality_delta: z.number(),
});

const hyperparameters = data.extend({
  opt_lr: z.number(),
  opt_lr_schedule: z.enum(['constant', 'cosine', 'linear', 'restarts']),
  opt_lr_warmup_ratio: z.number(),
  opt_momentum: z.number().nullable(),
  opt_nesterov: z.boolean(),
  _mu_: z.number(),
  num_layers: z.number(),
  num_classes: z.number(),
  adapter_dim: z.number(),
  adapter_layers: z.array(z.number()),
});

const splits = z.looseObject({ train: z.string(), validation: z.string(), test: z.string() });
const examples = z.looseObject({ train: z.number(), validation: z.number(), test: z.number() });
const facts = z.looseObject({ numClasses: z.number(), examples });

const task = z.looseObject({
  name: z.string(),
  isPrivate: z.boolean(),
  source: z.looseObject({ kind: z.string() }),
  splits,
  classNames: strings.optional(),
  facts,
});

const method = z.looseObject({
  name: z.string(),
  module: z.looseObject({ file: z.string(), sha256: z.string().nullable() }).nullable(),
  policies: z.record(z.string(), z.string()),
  samplesPerTask: z.number(),
  width: z.number(),
  adaptersMutate: z.boolean(),
  adaptersRemovable: z.boolean(),
  alwaysClone: strings,
  maxTaskPopulation: z.number().nullable(),
  warmupStart: z.number(),
  normaliseFirst: z.boolean(),
  score: z.looseObject({
    base: z.number(),
    parametersReference: z.number(),
    flopsReference: z.number().nullable(),
  }),
  defaults: hyperparameters,
  ranges: z.record(z.string(), z.array(z.unknown())),
});

const experiment = z.looseObject({
  name: z.string(),
  seed: z.number(),
  architecture: z.looseObject({
    patchSize: z.number(),
    hiddenSize: z.number(),
    mlpDim: z.number(),
    numHeads: z.number(),
    depth: z.number(),
  }),
  checkpoint: z.looseObject({ source: z.string(), sha256: z.string().nullable() }).nullable(),
  method,
  training: z.looseObject({
    batchSize: z.number(),
    maxTrainExamplesBetweenValidations: z.number(),
    validationsPerChild: z.number(),
    maxValidationExamples: z.number(),
  }),
  tasks: z.array(task.extend({ splits: splits.nullable(), facts: facts.nullable() })),
  taskIterations: z.number(),
  cycles: z.number(),
  continueFrom: z.string().nullable(),
});

const child = z.looseObject({
  hyperparameters,
  qualityBar: z.number().nullable(),
  components: z.array(
    z.looseObject({
      id: z.string(),
      name: z.string(),
      parameters: z.number(),
      origin: z.enum(['shared', 'cloned', 'fresh', 'resampled']),
      from: z.union([z.string(), z.number()]),
    }),
  ),
});

const trained = z.looseObject({
  name: z.string(),
  parameters: z.number(),
  params: digest,
  trace: digest.nullable(),
});
const measurement = z.discriminatedUnion('kind', [
  z.looseObject({
    kind: z.literal('trained'),
    path: id,
    qualities: z.array(z.number()),
    components: z.array(trained).nullable(),
    trainSeconds: z.number(),
    compilations: z.number(),
  }),
  z.looseObject({
    kind: z.literal('diverged'),
    path: id,
    qualities: z.array(z.number()),
    // Records of earlier versions kept nothing of such a child.
    components: z.array(trained).nullable().optional(),
    reason: z.string(),
  }),
]);

const beginning = z.discriminatedUnion('kind', [
  z.looseObject({ kind: z.literal('founded') }),
  z.looseObject({ kind: z.literal('branched'), from: z.string() }),
  z.looseObject({ kind: z.literal('adopted'), from: z.string(), tasks: strings.nullable() }),
]);

const worker = z.looseObject({
  name: z.string(),
  versions: z.looseObject({ sidecar: z.string(), python: z.string(), jax: z.string() }),
  devices: z.array(
    z.looseObject({
      platform: z.string(),
      kind: z.string(),
      memoryBytes: z.string().nullable(),
    }),
  ),
  engine: z.looseObject({
    precision: z.enum(['float32', 'bfloat16']),
    attention: z.enum(['xla', 'cudnn']),
    remat: z.enum(['none', 'dots', 'full']),
    devices: z.number(),
  }),
});

/** The type of each JSON column. */
export interface JsonColumns {
  readonly beginning: StoredBeginning;
  readonly experiment: Experiment;
  readonly task: Task;
  readonly hyperparameters: Hyperparameters;
  readonly data: DataHyperparameters;
  readonly components: readonly string[];
  readonly measurement: StoredMeasurement;
  readonly seed_paths: readonly PathId[];
  readonly pruned: readonly PathId[];
  readonly child: StoredChild;
  readonly workers: readonly WorkerRecord[];
}

const FORMS: { readonly [Column in keyof JsonColumns]: z.ZodType } = {
  beginning,
  experiment,
  task,
  hyperparameters,
  data,
  components: strings,
  measurement,
  seed_paths: z.array(id),
  pruned: z.array(id),
  child,
  workers: z.array(worker),
};

/**
 * Reads a JSON column of a row.
 * @throws Mu2NetError RUN_CORRUPT when the column does not have the expected form.
 */
export function readJson<Column extends keyof JsonColumns>(
  row: Row,
  column: Column,
): JsonColumns[Column] {
  const value = parseText(row[column]);
  const { error } = FORMS[column].safeParse(value);
  if (!error) return value as JsonColumns[Column];
  const [issue] = error.issues;
  throw corrupt(column, `${issue?.path.join('.') || 'it'}: ${issue?.message}`);
}

function parseText(text: unknown): unknown {
  try {
    return JSON.parse(String(text));
  } catch {
    return undefined;
  }
}

function corrupt(column: string, why: string): Mu2NetError {
  return new Mu2NetError(
    'RUN_CORRUPT',
    `the record is damaged: its column '${column}' cannot be read (${why}); restore the run directory from a backup`,
  );
}
