import { z } from 'zod';
import {
  architecture,
  augmentation,
  budget,
  bytes,
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
  classNames: z.array(text).nullable().describe('in the order of labels; null: they have none'),
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

export const importRequest = z
  .strictObject({
    kind: z.literal('import'),
    store,
    source: text.describe('path or URL of a checkpoint, or `augreg:` and a query'),
    sha256: digest.nullable().describe('what the file has to hash to; null: anything'),
    architecture,
    depth: positive.describe('encoder blocks of the checkpoint; paths may use fewer'),
    components: z.array(componentName).min(1),
  })
  .describe('store the components of a root model from a checkpoint; beats count its MiB');
export const importResult = z.strictObject({
  kind: z.literal('import'),
  components: z.array(trainedComponent),
  sha256: digest,
  notices: z.array(text).describe('what of the file was changed or left out'),
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

const storedComponents = z.array(z.strictObject({ name: componentName, params: digest })).min(1);

export const evaluateRequest = z
  .strictObject({
    kind: z.literal('evaluate'),
    store,
    task,
    split: z.enum(['train', 'validation', 'test']),
    architecture,
    components: storedComponents,
    batchSize: positive,
  })
  .describe('judge the predictions of a path on a whole split');
export const evaluateResult = z.strictObject({
  kind: z.literal('evaluate'),
  correct: count,
  total: positive,
  outcomes: bytes.describe('a bit per example in the order of the split, 1: correct'),
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

export const predictRequest = z
  .strictObject({
    kind: z.literal('predict'),
    store,
    images: z.array(text).min(1).describe('image files'),
    models: z.array(z.strictObject({ architecture, components: storedComponents })).min(1),
    top: positive.describe('classes to name, the likeliest first'),
  })
  .describe('classify images by several models, computing what they share once');
export const predictResult = z.strictObject({
  kind: z.literal('predict'),
  predictions: z
    .array(z.array(z.array(z.strictObject({ label: count, probability: fraction }))))
    .describe('by image, then model'),
});

export const exportRequest = z
  .strictObject({
    kind: z.literal('export'),
    store,
    architecture,
    components: storedComponents,
    format: z.enum(['timm', 'transformers', 'augreg', 'stablehlo']),
    folder: text.describe('where the files go; made if need be'),
    labels: z.array(text).describe('names of the classes in order; empty: not known'),
  })
  .describe('write a path as a model of its own');
export const exportResult = z.strictObject({
  kind: z.literal('export'),
  files: z.array(text).describe('names in the folder'),
});

const row = z.record(z.string(), z.string());

export const publishedRequest = z
  .strictObject({
    kind: z.literal('published'),
    store,
    directory: text.describe('of a system; of mu2Net.ipynb, also one of its states'),
    agent: text.nullable().describe('whose part to read; null: the whole, or who the agents are'),
  })
  .describe(
    "store the components of a system that the papers' notebooks saved, and read its tables",
  );
export const publishedState = z.strictObject({
  config: text.describe('file of its configuration'),
  agent: text.nullable().describe('that saved it; null for a notebook without agents'),
  living: z.array(row).describe('living paths, of the agent if there is one'),
  sampled: z.array(row).describe("every path there was, or those of the agent's cycle"),
});
export const publishedResult = z.strictObject({
  kind: z.literal('published'),
  agents: z.array(text).describe('to ask one after the other; empty where this is all'),
  states: z.array(publishedState).describe("the latest, or those of the agent's cycles, in order"),
  names: z
    .record(z.string(), componentName)
    .describe('of components by their ids, as far as tables have them, living or not'),
  components: z
    .array(trainedComponent.extend({ id: text.describe('in the states') }))
    .describe('of living paths'),
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
  importRequest,
  trainRequest,
  evaluateRequest,
  flopsRequest,
  predictRequest,
  exportRequest,
  publishedRequest,
  collectRequest,
  copyRequest,
]);

export const result = z.discriminatedUnion('kind', [
  inspectResult,
  initialiseResult,
  importResult,
  trainResult,
  evaluateResult,
  flopsResult,
  predictResult,
  exportResult,
  publishedResult,
  collectResult,
  copyResult,
]);

/** Work that a sidecar is asked to do. */
export type Request = z.infer<typeof request>;
/** The answer to a request. */
export type Result = z.infer<typeof result>;
/** The kinds of requests. */
export type RequestKind = Request['kind'];
/** The result that answers a request of kind K. */
export type ResultOf<K extends RequestKind> = Extract<Result, { kind: K }>;
/** A request of one kind. */
export type RequestOf<K extends RequestKind> = Extract<Request, { kind: K }>;
/** The outcome of training a child. */
export type Measurement = z.infer<typeof measurement>;
export type ChildRequest = z.infer<typeof child>;
