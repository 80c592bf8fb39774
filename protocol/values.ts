import { z } from 'zod';

/** Integers stay below 2^32: larger ones do not survive msgpack in both languages alike. */
export const count = z.int().min(0).max(0xffff_ffff);
export const positive = z.int().min(1).max(0xffff_ffff);
export const seed = count.describe('seed of a named random stream');
/** Bounded, so that both languages reject NaN and infinities alike. */
export const finite = z.number().min(-1e300).max(1e300);
export const fraction = z.number().min(0).max(1);
// Python's `$` also matches before a last line break, hence the look-ahead in patterns.
export const digest = z
  .string()
  .regex(/^[0-9a-f]{64}(?!\n)$/)
  .describe('sha256 of a stored object');
export const text = z.string().max(16_384);
export const bytes = z.instanceof(Uint8Array).meta({ type: 'string', contentEncoding: 'base64' });

export const componentName = z
  .string()
  .regex(
    /^(embedding|cls|posembed_input|(encoderblock|residual_adapter)_[0-9]+|encoder_norm|head)(?!\n)$/,
  );

export const architecture = z
  .strictObject({
    patchSize: positive.describe('pixels'),
    hiddenSize: positive,
    mlpDim: positive,
    numHeads: positive,
    imageSize: positive.describe('pixels'),
    numClasses: positive,
    adapterDim: positive,
  })
  .describe('everything on which the shape of a component depends');

const files = z.strictObject({ images: text, labels: text });
const tfdsDataset = z.strictObject({
  name: text.describe('with its config, if any: emnist/digits'),
  version: text.describe("the parts after a '*' do not matter: 3.*.*"),
});
const tfdsLabel = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('key'), key: text }),
  z
    .strictObject({
      kind: z.literal('vtab'),
      task: z.enum([
        'clevr/closest_object_distance',
        'clevr/count_all',
        'clevr/count_cylinders',
        'dsprites/label_orientation',
        'dsprites/label_x_position',
        'kitti/closest_object_distance',
        'kitti/closest_vehicle_distance',
        'kitti/count_vehicles',
      ]),
    })
    .describe('made of an example as VTAB makes it'),
]);
export const source = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('idx'), files: z.record(z.string(), files) }),
  z.strictObject({ kind: z.literal('digits') }),
  z.strictObject({ kind: z.literal('folder'), path: text }),
  z.strictObject({ kind: z.literal('npz'), path: text }),
  z.strictObject({ kind: z.literal('webdataset'), path: text }),
  z.strictObject({ kind: z.literal('parquet'), path: text, image: text, label: text }),
  z.strictObject({ kind: z.literal('huggingface'), path: text, image: text, label: text }),
  z.strictObject({
    kind: z.literal('tfds'),
    directory: text.describe('holds <name>/<version> of each data set'),
    ...tfdsDataset.shape,
    others: z.array(tfdsDataset).describe('their base splits are called <name>:<split>'),
    image: text,
    label: tfdsLabel,
  }),
]);

export const splits = z
  .strictObject({ train: text, validation: text, test: text })
  .describe('slices of base splits, TFDS syntax');

export const task = z.strictObject({
  name: text,
  source,
  splits,
  numClasses: positive.nullable().describe('null: not known yet, take what the source says'),
});

export const augmentation = z.strictObject({
  normaliseFirst: z.boolean().describe('colours vary as values in [-1, 1] rather than as bytes'),
  crop: z.boolean(),
  areaRangeMin: fraction,
  aspectRatioRangeMin: fraction,
  flipLeftRight: z.boolean(),
  brightnessDelta: fraction,
  contrastDelta: fraction,
  saturationDelta: fraction,
  hueDelta: fraction,
  qualityDelta: fraction.describe('largest loss of JPEG quality, of 100'),
});

export const initialiser = z.discriminatedUnion('kind', [
  z
    .strictObject({ kind: z.literal('stored'), params: digest, trace: digest.nullable() })
    .describe('parameters and momentum trace from the store'),
  z
    .strictObject({ kind: z.literal('fresh'), seed })
    .describe('the initialiser of the component kind'),
  z
    .strictObject({ kind: z.literal('resampled'), params: digest })
    .describe('a stored position embedding, resampled to the grid of this image size'),
]);

export const component = z.strictObject({
  name: componentName,
  trainable: z.boolean(),
  initialiser,
});

export const optimizer = z.strictObject({
  learningRate: z.number().positive().max(1e300),
  schedule: z.enum(['constant', 'cosine', 'linear', 'restarts']),
  warmupRatio: fraction,
  momentum: fraction.nullable().describe('null: plain SGD'),
  nesterov: z.boolean(),
});

export const budget = z.strictObject({
  batchSize: positive,
  batchesBetweenValidations: positive,
  validations: positive,
  validationBatchSize: positive,
  validationBatches: positive,
});

export const trainedComponent = z.strictObject({
  name: componentName,
  parameters: positive.describe('number of scalar parameters'),
  params: digest,
  trace: digest.nullable(),
});
