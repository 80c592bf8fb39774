import { componentNames } from '../domain/component.js';
import { Mu2NetError } from '../domain/errors.js';
import type { Experiment } from '../domain/experiment.js';
import type { Hyperparameters } from '../domain/hyperparameters.js';
import { architectureRequest } from '../requests/architecture.js';
import type { Device } from './chips.js';

/** Choices of the engine that a plan may fix; by default they suit the device. */
export interface PlanChoices {
  readonly precision?: 'auto' | 'float32' | 'bfloat16' | undefined;
  readonly remat?: 'auto' | 'none' | 'dots' | 'full' | undefined;
  /** Sides of the images to plan for; by default all that the experiment can use. */
  readonly imageSizes?: readonly number[] | undefined;
}

/** Classes of a head when no task says how many it has. */
const UNKNOWN_CLASSES = 1000;

/** Returns the largest path of each image size that an experiment can use. */
export function plannedPaths(
  experiment: Experiment,
  imageSizes?: readonly number[],
): readonly Hyperparameters[] {
  const { method, tasks } = experiment;
  const { defaults, ranges, adaptersMutate } = method;
  const sizes = imageSizes ?? [defaults.ds_image_size, ...(ranges.ds_image_size ?? [])];
  const layers = Math.max(defaults.num_layers, ...(ranges.num_layers ?? []));
  const classes = tasks.flatMap(({ facts }) => facts?.numClasses ?? []);
  return [...new Set(sizes)]
    .sort((a, b) => a - b)
    .map((size) => ({
      ...defaults,
      ds_image_size: size,
      num_layers: layers,
      num_classes: classes.length === 0 ? UNKNOWN_CLASSES : Math.max(...classes),
      adapter_dim: Math.max(defaults.adapter_dim, ...(ranges.adapter_dim ?? [])),
      adapter_layers: adaptersMutate
        ? Array.from({ length: layers }, (_, layer) => layer)
        : defaults.adapter_layers,
    }));
}

/**
 * Builds the request to the sidecar's package: what to compile, and what for.
 *
 * @throws Mu2NetError CONFIG_INVALID when the chips do not divide the batch
 */
export function planRequest(experiment: Experiment, device: Device, choices: PlanChoices) {
  const { architecture, training } = experiment;
  const { batchSize, maxValidationExamples } = training;
  if (batchSize % device.chips !== 0) {
    throw new Mu2NetError(
      'CONFIG_INVALID',
      `a training batch of ${batchSize} images does not divide by ${device.chips} chips; set training.batchSize to a multiple of it`,
      { key: 'training.batchSize' },
    );
  }
  return {
    platform: device.chip.platform,
    topology: device.topology,
    devices: device.chips,
    memoryBytes: device.chip.memoryBytes,
    precision: choices.precision ?? 'auto',
    remat: choices.remat ?? 'auto',
    batchSize,
    shapes: plannedPaths(experiment, choices.imageSizes).map((path) => ({
      architecture: architectureRequest(architecture, path),
      components: componentNames(path),
      validationBatchSize: Math.min(batchSize, maxValidationExamples),
    })),
  };
}
