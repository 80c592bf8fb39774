import { z } from 'zod';
import {
  architecture,
  augmentation,
  budget,
  component,
  componentName,
  count,
  digest,
  finite,
  fraction,
  optimizer,
  positive,
  seed,
  task,
  text,
  trainedComponent,
} from './values.js';

const store = text.describe('fsspec URL or folder of the component store');

export const inspectRequest = z
  .strictObject({ kind: z.literal('inspect'), task })
  .describe('count the examples and classes of a task');
export const inspectResult = z.strictObject({
  kind: z.literal('inspect'),
  numClasses: positive,
  train: positive,
  validation: positive,
  test: positive,
});

export const initialiseRequest = z
  .strictObject({
    kind: z.literal('initialise'),
    store,
    architecture,
    components: z.array(componentName).min(1),
    seed,
  })
  .describe('create and store the components of a randomly initialised root model');
export const initialiseResult = z.strictObject({
  kind: z.literal('initialise'),
  components: z.array(trainedComponent),
});

export const child = z.strictObject({
  path: count.describe('id of the path that this child becomes'),
  architecture,
  components: z.array(component).min(1).describe('in forward order'),
  optimizer,
  qualityBar: finite
    .nullable()
    .describe('a validation at or above it retains the child; null: always retained'),
});

export const trainRequest = z
  .strictObject({
    kind: z.literal('train'),
    store,
    task,
    augmentation,
    budget,
    warmupStart: fraction.describe(
      'of the peak learning rate: where a warm-up starts, and a linear schedule ends',
    ),
    dataSeed: seed.describe('orders the batches and draws the augmentations of the generation'),
    children: z.array(child).min(1),
  })
  .describe('train and validate a cohort: children that see the same batches');

export const measurement = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('trained'),
    path: count,
    qualities: z.array(fraction).describe('top-1 accuracy at each validation'),
    components: z
      .array(trainedComponent)
      .nullable()
      .describe('what was trained, at the best validation; null when the bar was not reached'),
    trainSeconds: z
      .number()
      .min(0)
      .max(1e300)
      .describe('its share of the wall time; the shares of children that train together add up'),
    compilations: count.describe('XLA programs compiled on its account'),
  }),
  z.strictObject({
    kind: z.literal('diverged'),
    path: count,
    qualities: z.array(fraction).describe('validations before the loss stopped being finite'),
    reason: text,
  }),
]);

export const trainResult = z.strictObject({
  kind: z.literal('train'),
  measurements: z.array(measurement).describe('in the order of the children asked for'),
});

export const evaluateRequest = z
  .strictObject({
    kind: z.literal('evaluate'),
    store,
    task,
    split: z.enum(['train', 'validation', 'test']),
    architecture,
    components: z.array(z.strictObject({ name: componentName, params: digest })).min(1),
    batchSize: positive,
  })
  .describe('count the correct predictions of a path on a whole split');
export const evaluateResult = z.strictObject({
  kind: z.literal('evaluate'),
  correct: count,
  total: positive,
});

export const flopsRequest = z
  .strictObject({
    kind: z.literal('flops'),
    architecture,
    components: z.array(componentName).min(1).describe('in forward order'),
  })
  .describe("count the operations of a path's forward pass on one image");
export const flopsResult = z.strictObject({
  kind: z.literal('flops'),
  flops: z.number().min(0).max(1e300),
});

export const collectRequest = z
  .strictObject({ kind: z.literal('collect'), store, digests: z.array(digest) })
  .describe('delete objects that no living path can reach');
export const collectResult = z.strictObject({ kind: z.literal('collect'), deleted: count });

export const copyRequest = z
  .strictObject({ kind: z.literal('copy'), store, from: store, digests: z.array(digest) })
  .describe('copy verified objects from another store');
export const copyResult = z.strictObject({ kind: z.literal('copy'), copied: count });

export const request = z.discriminatedUnion('kind', [
  inspectRequest,
  initialiseRequest,
  trainRequest,
  evaluateRequest,
  flopsRequest,
  collectRequest,
  copyRequest,
]);

export const result = z.discriminatedUnion('kind', [
  inspectResult,
  initialiseResult,
  trainResult,
  evaluateResult,
  flopsResult,
  collectResult,
  copyResult,
]);

export type Request = z.infer<typeof request>;
export type Result = z.infer<typeof result>;
export type RequestKind = Request['kind'];
/** The result that answers a request of kind K. */
export type ResultOf<K extends RequestKind> = Extract<Result, { kind: K }>;
export type RequestOf<K extends RequestKind> = Extract<Request, { kind: K }>;
export type Measurement = z.infer<typeof measurement>;
export type ChildRequest = z.infer<typeof child>;
