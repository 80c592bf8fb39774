import type { ChildRequest, RequestOf } from '../../../protocol/index.js';
import type { Architecture } from '../domain/architecture.js';
import type { ShapeFacts } from '../domain/component.js';
import type { Experiment, MethodParameters } from '../domain/experiment.js';
import type { DataHyperparameters, OptimizerHyperparameters } from '../domain/hyperparameters.js';
import type { Path } from '../domain/path.js';
import { componentsOf, type System } from '../domain/system.js';
import type { Budget, Splits, Task } from '../domain/task.js';
import type { Child, ChildComponent, Generation } from '../evolution/index.js';

type ArchitectureRequest = ChildRequest['architecture'];

/** Everything on which the shapes of a path's components depend. */
export function architectureRequest(
  { patchSize, hiddenSize, mlpDim, numHeads }: Architecture,
  facts: ShapeFacts,
): ArchitectureRequest {
  return {
    patchSize,
    hiddenSize,
    mlpDim,
    numHeads,
    imageSize: facts.ds_image_size,
    numClasses: facts.num_classes,
    adapterDim: facts.adapter_dim,
  };
}

/** A task as the sidecar needs it. */
export function taskRequest(
  task: Pick<Task, 'name' | 'source' | 'splits'>,
  numClasses: number | null,
): RequestOf<'inspect'>['task'] {
  return {
    name: task.name,
    source: task.source as RequestOf<'inspect'>['task']['source'],
    splits: task.splits,
    numClasses,
  };
}

function componentRequest({ name, origin }: ChildComponent): ChildRequest['components'][number] {
  switch (origin.kind) {
    case 'shared':
      // A frozen component needs no momentum.
      return {
        name,
        trainable: false,
        initialiser: { kind: 'stored', params: origin.of.params, trace: null },
      };
    case 'cloned':
      return {
        name,
        trainable: true,
        initialiser: { kind: 'stored', params: origin.of.params, trace: origin.of.trace },
      };
    case 'fresh':
      return { name, trainable: true, initialiser: { kind: 'fresh', seed: origin.seed } };
    case 'resampled':
      return {
        name,
        trainable: true,
        initialiser: { kind: 'resampled', params: origin.of.params },
      };
  }
}

/** Hyperparameters of a child's training. */
export function optimizerRequest(values: OptimizerHyperparameters): ChildRequest['optimizer'] {
  return {
    learningRate: values.opt_lr,
    schedule: values.opt_lr_schedule,
    warmupRatio: values.opt_lr_warmup_ratio,
    momentum: values.opt_momentum,
    nesterov: values.opt_nesterov,
  };
}

function childRequest(child: Child, architecture: Architecture): ChildRequest {
  const values = child.hyperparameters;
  return {
    path: child.path,
    architecture: architectureRequest(architecture, values),
    components: child.components.map(componentRequest),
    optimizer: optimizerRequest(values),
    qualityBar: child.qualityBar,
  };
}

/** How the training images of a generation are varied. */
export function augmentationRequest(
  data: DataHyperparameters,
  { normaliseFirst }: Pick<MethodParameters, 'normaliseFirst'>,
): RequestOf<'train'>['augmentation'] {
  return {
    normaliseFirst,
    crop: data.ds_crop,
    areaRangeMin: data.ds_area_range_min,
    aspectRatioRangeMin: data.ds_aspect_ratio_range_min,
    flipLeftRight: data.ds_flip_left_right,
    brightnessDelta: data.ds_brightness_delta,
    contrastDelta: data.ds_contrast_delta,
    saturationDelta: data.ds_saturation_delta,
    hueDelta: data.ds_hue_delta,
    qualityDelta: data.ds_quality_delta,
  };
}

/** The request that trains `children`, a part of `generation`, as one cohort. */
export function trainRequest(
  generation: Generation,
  children: readonly Child[],
  task: Task,
  budget: Budget,
  { architecture, method }: Pick<Experiment, 'architecture' | 'method'>,
  store: string,
): RequestOf<'train'> {
  return {
    kind: 'train',
    store,
    task: taskRequest(task, task.facts.numClasses),
    augmentation: augmentationRequest(generation.data, method),
    budget: { ...budget },
    warmupStart: method.warmupStart,
    dataSeed: generation.dataSeed,
    children: children.map((child) => childRequest(child, architecture)),
  };
}

/** The request that evaluates a path on a whole split of its task. */
export function evaluateRequest(
  path: Path,
  split: keyof Splits,
  task: Task,
  system: System,
  batchSize: number,
  store: string,
): RequestOf<'evaluate'> {
  return {
    kind: 'evaluate',
    store,
    task: taskRequest(task, task.facts.numClasses),
    split,
    architecture: architectureRequest(system.architecture, path.hyperparameters),
    components: componentsOf(path, system).map(({ name, params }) => ({ name, params })),
    batchSize,
  };
}
