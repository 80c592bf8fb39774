import type { ChildRequest, RequestOf } from '../../../protocol/index.js';
import type { Architecture } from '../domain/architecture.js';
import type { Experiment, MethodParameters } from '../domain/experiment.js';
import type { DataHyperparameters, OptimizerHyperparameters } from '../domain/hyperparameters.js';
import type { Budget, Task } from '../domain/task.js';
import type { Child, ChildComponent, Generation } from '../evolution/index.js';
import { architectureRequest } from './architecture.js';
import { taskRequest } from './inspect.js';

function componentRequest({ name, origin }: ChildComponent): ChildRequest['components'][number] {
  switch (origin.kind) {
    case 'shared':
      // A frozen component needs no momentum.
      return {
        name,
        trainable: false,
        initialiser: { kind: 'stored', paramsDigest: origin.of.paramsDigest, traceDigest: null },
      };
    case 'cloned':
      return {
        name,
        trainable: true,
        initialiser: {
          kind: 'stored',
          paramsDigest: origin.of.paramsDigest,
          traceDigest: origin.of.traceDigest,
        },
      };
    case 'fresh':
      return { name, trainable: true, initialiser: { kind: 'fresh', seed: origin.seed } };
    case 'resampled':
      return {
        name,
        trainable: true,
        initialiser: { kind: 'resampled', paramsDigest: origin.of.paramsDigest },
      };
  }
}

/** Builds the part of a request that configures the optimiser (method §5). */
function optimizerRequest(values: OptimizerHyperparameters): ChildRequest['optimizer'] {
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
    pathId: child.pathId,
    architecture: architectureRequest(architecture, values),
    components: child.components.map(componentRequest),
    optimizer: optimizerRequest(values),
    qualityBar: child.qualityBar,
  };
}

/** Builds the part of a request that configures the augmentation of training images (method §6). */
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

/** Task, budget, experiment and component store with which a generation is trained. */
export interface Training {
  readonly task: Task;
  readonly budget: Budget;
  readonly experiment: Pick<Experiment, 'architecture' | 'method'>;
  readonly store: string;
}

/** Builds the request that trains `children` of `generation` as one cohort (method §2.2c). */
export function trainRequest(
  generation: Generation,
  children: readonly Child[],
  { task, budget, experiment: { architecture, method }, store }: Training,
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
