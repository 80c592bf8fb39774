import type { ChildRequest, RequestOf } from '../../../protocol/index.js';
import { budgetOf } from '../domain/budget.js';
import { componentNames, type Digest } from '../domain/component.js';
import type { Experiment } from '../domain/experiment.js';
import type { Task } from '../domain/task.js';
import { streamsOf } from '../evolution/index.js';
import { architectureRequest } from './architecture.js';
import { taskRequest } from './inspect.js';
import { augmentationRequest, optimizerRequest } from './train.js';

/** Initial parameters of a component in a request. */
export type Initialiser = ChildRequest['components'][number]['initialiser'];

/** Returns a fresh initialiser for each component of a root model, which has no adapters. */
export function freshInitialisers({ method, seed }: Experiment): ReadonlyMap<string, Initialiser> {
  const streams = streamsOf(seed);
  const names = componentNames({ ...method.defaults, adapter_layers: [] });
  return new Map(
    names.map((name) => [name, { kind: 'fresh', seed: streams.seed('pretrain', name) }]),
  );
}

/** One turn of pretraining: a task, and the initial parameters of each component. */
export interface PretrainTurn {
  /** Counts from 0. */
  readonly turn: number;
  readonly task: Task;
  readonly initialisers: ReadonlyMap<string, Initialiser>;
}

/** Builds the request that trains every component of a root model on one task. */
export function pretrainRequest(
  { architecture, method, training, seed }: Experiment,
  { turn, task, initialisers }: PretrainTurn,
  store: string,
): RequestOf<'train'> {
  const facts = { ...method.defaults, num_classes: task.facts.numClasses };
  return {
    kind: 'train',
    store,
    task: taskRequest(task, task.facts.numClasses),
    augmentation: augmentationRequest(method.defaults, method),
    budget: { ...budgetOf(training, task.facts) },
    warmupStart: method.warmupStart,
    dataSeed: streamsOf(seed).seed('pretrain', 'data', turn),
    children: [
      {
        pathId: 0,
        architecture: architectureRequest(architecture, facts),
        components: [...initialisers].map(([name, initialiser]) => ({
          name,
          trainable: true,
          initialiser,
        })),
        optimizer: optimizerRequest(method.defaults),
        qualityBar: null,
      },
    ],
  };
}

/** Builds the request that writes a pretrained root model in AugReg's layout. */
export function exportRootRequest(
  { architecture, method }: Experiment,
  numClasses: number,
  components: readonly { readonly name: string; readonly paramsDigest: Digest }[],
  { folder, store }: { readonly folder: string; readonly store: string },
): RequestOf<'export'> {
  const facts = { ...method.defaults, num_classes: numClasses };
  return {
    kind: 'export',
    store,
    architecture: architectureRequest(architecture, facts),
    components: components.map(({ name, paramsDigest }) => ({ name, paramsDigest })),
    format: 'augreg',
    folder,
    labels: [],
  };
}
