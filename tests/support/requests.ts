import type { ChildRequest, RequestOf } from '../../protocol/index.js';

/** A task on scikit-learn's digits, for requests that a sidecar answers quickly. */
export const DIGITS: RequestOf<'train'>['task'] = {
  name: 'digits',
  source: { kind: 'digits' },
  splits: { train: 'all[:70%]', validation: 'all[70%:80%]', test: 'all[80%:]' },
  numClasses: 10,
};
/** Facts of {@link DIGITS}. */
export const DIGITS_FACTS = {
  numClasses: 10,
  examples: { train: 1258, validation: 180, test: 359 },
} as const;

const ARCHITECTURE: ChildRequest['architecture'] = {
  patchSize: 4,
  hiddenSize: 16,
  mlpDim: 32,
  numHeads: 2,
  imageSize: 8,
  numClasses: 10,
  adapterDim: 4,
};
const NAMES = ['embedding', 'cls', 'posembed_input', 'encoderblock_0', 'encoder_norm', 'head'];

/** Builds the request that initialises a tiny root model. */
export function initialiseRequest(store: string): RequestOf<'initialise'> {
  return { kind: 'initialise', store, architecture: ARCHITECTURE, components: NAMES, seed: 7 };
}

function childRequest(path: number, qualityBar: number | null): ChildRequest {
  return {
    pathId: path,
    architecture: ARCHITECTURE,
    components: NAMES.map((name, index) => ({
      name,
      trainable: index > 2,
      initialiser: { kind: 'fresh', seed: index },
    })),
    optimizer: {
      learningRate: 0.05,
      schedule: 'cosine',
      warmupRatio: 0.1,
      momentum: 0.9,
      nesterov: false,
    },
    qualityBar,
  };
}

/** Builds the request that trains a cohort; a validation follows each half of the `steps`. */
export function trainRequest(
  store: string,
  paths: readonly number[],
  steps = 8,
  qualityBar: number | null = null,
): RequestOf<'train'> {
  return {
    kind: 'train',
    store,
    task: DIGITS,
    augmentation: {
      normaliseFirst: true,
      crop: false,
      areaRangeMin: 1,
      aspectRatioRangeMin: 1,
      flipLeftRight: false,
      brightnessDelta: 0,
      contrastDelta: 0,
      saturationDelta: 0,
      hueDelta: 0,
      qualityDelta: 0,
    },
    budget: {
      batchSize: 32,
      batchesBetweenValidations: steps / 2,
      validations: 2,
      validationBatchSize: 60,
      validationBatches: 3,
    },
    warmupStart: 0.01,
    dataSeed: 11,
    children: paths.map((path) => childRequest(path, qualityBar)),
  };
}

/** Builds the request that evaluates stored components on the test split. */
export function evaluateRequest(
  store: string,
  stored: readonly { readonly name: string; readonly paramsDigest: string }[],
): RequestOf<'evaluate'> {
  const components = stored.map(({ name, paramsDigest }) => ({ name, paramsDigest }));
  return {
    kind: 'evaluate',
    store,
    task: DIGITS,
    split: 'test',
    architecture: ARCHITECTURE,
    components,
    batchSize: 64,
  };
}
