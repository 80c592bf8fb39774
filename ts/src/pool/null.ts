import { hash } from 'node:crypto';
import { setImmediate, setTimeout } from 'node:timers/promises';
import type {
  ChildRequest,
  Measurement,
  Request,
  RequestKind,
  RequestOf,
  Result,
  ResultOf,
} from '../../../protocol/index.js';
import type { Architecture } from '../domain/architecture.js';
import { type ComponentName, countParameters, type ShapeFacts } from '../domain/component.js';
import { Mu2NetError } from '../domain/errors.js';
import { forwardFlops } from '../domain/flops.js';
import { cancelledError } from './errors.js';
import type { ExecuteOptions, Pool, WorkerInfo } from './pool.js';

/** Examples of each split, and classes. */
interface Facts {
  readonly numClasses: number;
  readonly examples: Readonly<Record<RequestOf<'evaluate'>['split'], number>>;
}

export interface NullPoolOptions {
  /** Answers of `inspect`, by the name of the task. */
  readonly facts?: ReadonlyMap<string, Facts>;
  /** Workers that the pool claims to have. */
  readonly workers?: number;
  /** Time that each validation of a child, and each other request, takes. */
  readonly delayMillis?: number;
  /** Ids of paths whose training diverges at its second validation. */
  readonly diverging?: ReadonlySet<number>;
}

/**
 * A pool that computes no tensor. Results are pure functions of the requests, so that whatever is
 * decided on them can be repeated: qualities are synthetic, and rise over the validations, with the
 * share of parameters that train, and towards a middling learning rate; digests are hashes of what
 * identifies an object; sizes are true.
 */
export class NullPool implements Pool {
  readonly #facts: ReadonlyMap<string, Facts>;
  readonly #workers: number;
  readonly #delayMillis: number;
  readonly #diverging: ReadonlySet<number>;
  readonly #closed = new AbortController();

  constructor({ facts, workers = 1, delayMillis = 0, diverging }: NullPoolOptions = {}) {
    this.#facts = facts ?? new Map();
    this.#workers = workers;
    this.#delayMillis = delayMillis;
    this.#diverging = diverging ?? new Set();
  }

  async execute<K extends RequestKind>(
    request: RequestOf<K>,
    options: ExecuteOptions = {},
  ): Promise<ResultOf<K>> {
    // The compiler does not see that the answer to a request of kind K is a result of kind K.
    return (await this.#answer(request as Request, options)) as ResultOf<K>;
  }

  workers(): readonly WorkerInfo[] {
    return Array.from({ length: this.#closed.signal.aborted ? 0 : this.#workers }, (_, index) => ({
      name: `null-${index}`,
      versions: { sidecar: 'null', python: 'null', jax: 'null' },
      devices: [],
      engine: { precision: 'float32', attention: 'xla', remat: 'dots', devices: 1 },
      busy: false,
    }));
  }

  async close(): Promise<void> {
    this.#closed.abort();
  }

  async #answer(request: Request, options: ExecuteOptions): Promise<Result> {
    if (request.kind === 'train') return this.#train(request, options);
    await this.#pause(request.kind, options.signal);
    switch (request.kind) {
      case 'inspect': {
        const { numClasses, examples } = this.#factsOf(request.task.name);
        const baseSplits = (['train', 'validation', 'test'] as const).map((name) => ({
          name,
          examples: examples[name],
        }));
        return {
          kind: 'inspect',
          numClasses,
          classNames: null,
          baseSplits,
          examples: request.task.splits && examples,
        };
      }
      case 'initialise':
        return {
          kind: 'initialise',
          components: rootOf(request, request.seed),
        };
      case 'import':
        return {
          kind: 'import',
          components: rootOf(request, request.source),
          sha256: request.sha256 ?? digestOf('checkpoint', request.source),
          notices: [],
        };
      case 'predict':
        return { kind: 'predict', predictions: request.images.map(predictorOf(request.models)) };
      case 'classify':
        return { kind: 'classify', verdicts: request.contents.map(verdictOf(request.models)) };
      case 'pretrain':
        return { kind: 'pretrain', file: null, sha256: null, validations: [] };
      case 'export':
        return { kind: 'export', files: [] };
      case 'published':
        return {
          kind: 'published',
          agents: [],
          states: [{ config: request.directory, agent: null, living: [], sampled: [] }],
          names: {},
          components: [],
        };
      case 'examine':
        return this.#examine(request);
      case 'evaluate':
        return this.#evaluate(request);
      case 'baseline':
        return this.#measureBaseline(request.task.name);
      case 'flops':
        return {
          kind: 'flops',
          flops: request.components
            .map((name) => flopsOf(name, request.architecture))
            .reduce((a, b) => a + b, 0),
        };
      case 'list':
        return { kind: 'list', files: [] };
      case 'collect':
        return { kind: 'collect', deleted: request.digests.length };
      case 'copy':
        return { kind: 'copy', copied: request.digests.length };
    }
  }

  #measureBaseline(task: string): ResultOf<'baseline'> {
    const { numClasses, examples } = this.#factsOf(task);
    const majority = Math.ceil(examples.test / numClasses);
    const known = Math.round(examples.test * ceilingOf(task) * uniform('baseline', task));
    const [probe, total] = [Math.max(majority, known), examples.test];
    return { kind: 'baseline', majority, probe, total, outcomes: outcomesOf(probe, total, 0) };
  }

  #evaluate(request: RequestOf<'evaluate'>): ResultOf<'evaluate'> {
    const { task, split } = request;
    const components = request.components.map(({ name, paramsDigest: params }) => ({
      name,
      params,
    }));
    const total = this.#factsOf(task.name).examples[split];
    const luck = uniform('evaluate', task.name, split, components);
    const correct = Math.round(total * ceilingOf(task.name) * (0.95 + 0.05 * luck));
    const first = Math.floor(total * uniform('outcomes', task.name, split, components));
    return { kind: 'evaluate', correct, total, outcomes: outcomesOf(correct, total, first) };
  }

  /** Every prediction of class 0 is wrong or right as `evaluate` says; there are no images. */
  #examine(request: RequestOf<'examine'>): ResultOf<'examine'> {
    const { mistakes: _, largestSide: __, ...evaluation } = request;
    const { correct, total } = this.#evaluate({ ...evaluation, kind: 'evaluate' });
    const cells = [
      { label: 0, predicted: 0, count: correct },
      { label: 0, predicted: 1, count: total - correct },
    ].filter(({ count }) => count > 0);
    return { kind: 'examine', correct, total, cells, mistakes: [] };
  }

  async #train(request: RequestOf<'train'>, options: ExecuteOptions): Promise<Result> {
    const measurements: Measurement[] = [];
    for (const child of request.children) {
      const measurement = await this.#trainChild(child, request, options);
      measurements.push(measurement);
      options.onMeasured?.(measurement, 'null-0');
    }
    return { kind: 'train', measurements };
  }

  async #trainChild(
    child: ChildRequest,
    request: RequestOf<'train'>,
    { onProgress, signal }: ExecuteOptions,
  ): Promise<Measurement> {
    const { pathId } = child;
    const { validations, batchesBetweenValidations } = request.budget;
    const qualities: number[] = [];
    const quality = qualitiesOf(child, request);
    for (let validation = 1; validation <= validations; validation++) {
      await this.#pause('train', signal);
      if (this.#diverging.has(pathId) && validation === Math.min(2, validations)) {
        const reached = child.qualityBar === null || Math.max(...qualities) >= child.qualityBar;
        const components = reached ? trainedOf(child, request) : null;
        const reason = 'made to diverge by the null pool';
        return { kind: 'diverged', pathId, qualities, components, reason };
      }
      qualities.push(quality(validation));
      onProgress?.({
        pathId,
        step: validation * batchesBetweenValidations,
        steps: validations * batchesBetweenValidations,
        qualities: [...qualities],
      });
    }
    const retained = child.qualityBar === null || Math.max(...qualities) >= child.qualityBar;
    return {
      kind: 'trained',
      pathId,
      qualities,
      components: retained ? trainedOf(child, request) : null,
      trainSeconds: 0,
      compilations: 0,
    };
  }

  async #pause(what: string, signal: AbortSignal | undefined): Promise<void> {
    const closed = this.#closed.signal;
    if (this.#delayMillis > 0) {
      const stopped = signal ? AbortSignal.any([signal, closed]) : closed;
      await setTimeout(this.#delayMillis, undefined, { signal: stopped }).catch(() => {});
    } else {
      await setImmediate();
    }
    if (signal?.aborted || closed.aborted) throw cancelledError(what);
  }

  #factsOf(task: string): Facts {
    const facts = this.#facts.get(task);
    if (facts) return facts;
    throw new Mu2NetError(
      'DATA_MISSING',
      `task ${task}: the null pool has no facts of its data; give them in its options`,
    );
  }
}

function digestOf(...identity: readonly unknown[]): string {
  return hash('sha256', JSON.stringify(identity));
}

/** A number in [0, 1) that looks random and is a function of the identity. */
function uniform(...identity: readonly unknown[]): number {
  return Number.parseInt(digestOf(...identity).slice(0, 8), 16) / 2 ** 32;
}

/** Outcomes that are correct in a row, from the example `first` on and round the end of the split. */
function outcomesOf(correct: number, total: number, first: number): Uint8Array<ArrayBuffer> {
  const bits = new Uint8Array(Math.ceil(total / 8));
  for (let example = first; example < first + correct; example++) {
    const at = example % total;
    bits[at >> 3] = (bits[at >> 3] ?? 0) | (0x80 >> (at & 7));
  }
  return bits;
}

/** The highest accuracy that a path can reach on a task. */
function ceilingOf(task: string): number {
  return 0.88 + 0.11 * uniform('ceiling', task);
}

type ArchitectureRequest = ChildRequest['architecture'];

/** The sizes from which parameters and operations are counted; depth changes neither. */
function factsOf(architecture: ArchitectureRequest): [Architecture, ShapeFacts] {
  const { imageSize, numClasses, adapterDim } = architecture;
  const facts = { ds_image_size: imageSize, num_classes: numClasses, adapter_dim: adapterDim };
  return [{ ...architecture, depth: 0 }, facts];
}

function parametersOf(name: string, architecture: ArchitectureRequest): number {
  return countParameters(name as ComponentName, ...factsOf(architecture));
}

function flopsOf(name: string, architecture: ArchitectureRequest): number {
  return forwardFlops(name as ComponentName, ...factsOf(architecture));
}

/** Predictions of models for an image: one class each, for certain. */
const predictorOf = (models: RequestOf<'predict'>['models']) => (image: unknown) =>
  models.map(({ architecture, components }) => [
    { label: Math.floor(uniform(image, components) * architecture.numClasses), probability: 1 },
  ]);

/** The same of an image in a request, which must not be empty. */
const verdictOf =
  (models: RequestOf<'predict'>['models']) =>
  (content: Uint8Array): ResultOf<'classify'>['verdicts'][number] =>
    content.length === 0
      ? { kind: 'unreadable', message: 'the image is empty' }
      : { kind: 'classified', predictions: predictorOf(models)([...content]) };

/** Components of a root model that comes from a seed or a checkpoint. */
function rootOf(
  { components, architecture }: RequestOf<'initialise' | 'import'>,
  from: number | string,
) {
  return components.map((name) => ({
    name,
    parameterCount: parametersOf(name, architecture),
    paramsDigest: digestOf('root', name, architecture, from),
    traceDigest: null,
  }));
}

/** Everything that tells one child's training from another's. */
function identityOf({ pathId, optimizer, components }: ChildRequest, request: RequestOf<'train'>) {
  const trained = components.filter(({ trainable }) => trainable).map(({ name }) => name);
  return [pathId, request.task.name, request.dataSeed, optimizer, trained];
}

function trainedOf(child: ChildRequest, request: RequestOf<'train'>) {
  const [architecture, facts] = factsOf(child.architecture);
  const identity = JSON.stringify(identityOf(child, request));
  // The same as `digestOf(kind, name, identityOf(…))`, with the long part written once.
  const digest = (kind: string, name: string) =>
    hash('sha256', `["${kind}","${name}",${identity}]`);
  return child.components
    .filter(({ trainable }) => trainable)
    .map(({ name }) => ({
      name,
      parameterCount: countParameters(name as ComponentName, architecture, facts),
      paramsDigest: digest('params', name),
      traceDigest: child.optimizer.momentum === null ? null : digest('trace', name),
    }));
}

/** How well a child's training goes, as a fraction of what its task allows. */
function skillOf(child: ChildRequest, request: RequestOf<'train'>): number {
  const [architecture, facts] = factsOf(child.architecture);
  let all = 0;
  let trained = 0;
  for (const { name, trainable } of child.components) {
    const parameters = countParameters(name as ComponentName, architecture, facts);
    all += parameters;
    if (trainable) trained += parameters;
  }
  const decadesOff = Math.log10(child.optimizer.learningRate) - Math.log10(0.02);
  return (
    0.75 +
    0.1 * (trained / all) +
    0.1 * Math.exp(-(decadesOff ** 2)) +
    0.05 * uniform('skill', identityOf(child, request))
  );
}

/**
 * Returns the synthetic top-1 accuracy of a child at each validation, counted from 1: a count of
 * correct examples over those validated.
 */
function qualitiesOf(
  child: ChildRequest,
  request: RequestOf<'train'>,
): (validation: number) => number {
  const { task, budget } = request;
  const skill = skillOf(child, request);
  const chance = Math.min(1 / child.architecture.numClasses, 0.5);
  const gain = ceilingOf(task.name) - chance;
  const examples = budget.validationBatchSize * budget.validationBatches;
  return (validation) => {
    const learnt = 1 - 0.5 ** (validation + 1);
    return Math.round((chance + gain * skill * learnt) * examples) / examples;
  };
}
