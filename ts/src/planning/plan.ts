import type { Experiment } from '../domain/experiment.js';
import { type Device, parseDevice } from './chips.js';
import {
  type CompiledPlan,
  type CompiledShape,
  compileByPython,
  type PlannedOptions,
  type PlanProgress,
} from './python.js';
import { type PlanChoices, plannedPaths, planRequest } from './request.js';
import { addSeconds, programSeconds } from './roofline.js';
import { workOf } from './work.js';

/** A choice of what a step computes again, and what it needs on the device. */
export interface PlannedRemat {
  readonly remat: 'none' | 'dots' | 'full';
  /** Memory of a child that trains everything, with its snapshot; null: it does not compile. */
  readonly peakBytes: number | null;
  /** Whether it fits beside full caches. */
  readonly fits: boolean;
  /** The largest batch that fits, in proportion to what this one needs; null: none does. */
  readonly largestBatch: number | null;
}

/** The needs of paths of one image size on the device; memory is that of one chip. */
export interface PlannedShape {
  readonly imageSize: number;
  readonly layers: number;
  readonly adapters: number;
  readonly adapterDim: number;
  readonly numClasses: number;
  readonly batchSize: number;
  /** Most memory that a child needs which trains everything, with its snapshot. */
  readonly childBytes: number | null;
  /** Children of a generation that train together. */
  readonly cohort: number;
  /** Most memory that they need, beside full caches. */
  readonly cohortBytes: number | null;
  readonly fits: boolean;
  /** Roofline of a step of a child that trains everything; null: the rates are not known. */
  readonly stepSeconds: number | null;
  /** Roofline of a batch of a validation. */
  readonly validationSeconds: number | null;
  /** Roofline of all children, one after the other, if each trained everything at this size. */
  readonly experimentSeconds: number | null;
  readonly remats: readonly PlannedRemat[];
  /** Sentences about everything that does not stay on the device. */
  readonly spills: readonly string[];
  readonly compiled: CompiledShape;
}

/** The needs of an experiment on a device that need not be here. */
export interface Plan {
  readonly experiment: string;
  /** As it was named, such as `v5e:2x2`. */
  readonly device: string;
  readonly chips: number;
  /** Memory of a chip, in bytes; null: that of this machine. */
  readonly memoryBytes: number | null;
  readonly flopsPerSecond: number | null;
  readonly bytesPerSecond: number | null;
  /** The page of the maker that has these figures. */
  readonly source: string | null;
  readonly compiler: string;
  /** Whether it is the device's own compiler. */
  readonly isOwnCompiler: boolean;
  readonly options: PlannedOptions;
  readonly shapes: readonly PlannedShape[];
}

/** Controls a plan. */
export interface PlanOptions extends PlanChoices {
  readonly onProgress?: ((progress: PlanProgress) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Compiles every program of an experiment for a device that need not be here. It needs no data and no
 * weights.
 *
 * @param name The device: `v5e:2x2`, `v5p`, `h100`; see {@link parseDevice}.
 * @throws Mu2NetError CONFIG_INVALID when no such device is known; PYTHON_MISSING; CANCELLED
 */
export async function planExperiment(
  experiment: Experiment,
  name: string,
  { onProgress = () => {}, signal, ...choices }: PlanOptions = {},
): Promise<Plan> {
  const device = parseDevice(name);
  const request = planRequest(experiment, device, choices);
  const compiled = await compileByPython(request, onProgress, signal);
  const { memoryBytes, flopsPerSecond, bytesPerSecond, source } = device.chip;
  const paths = plannedPaths(experiment, choices.imageSizes);
  return {
    experiment: experiment.name,
    device: name,
    chips: device.chips,
    memoryBytes,
    flopsPerSecond,
    bytesPerSecond,
    source,
    compiler: compiled.compiler,
    isOwnCompiler: isOwn(device),
    options: compiled.options,
    shapes: compiled.shapes.map((shape, at): PlannedShape => {
      const path = paths[at] as (typeof paths)[number];
      return {
        imageSize: path.ds_image_size,
        layers: path.num_layers,
        adapters: path.adapter_layers.length,
        adapterDim: path.adapter_dim,
        numClasses: path.num_classes,
        batchSize: request.batchSize,
        ...needsOf(shape, compiled, { device, experiment }),
      };
    }),
  };
}

const isOwn = ({ topology, chip }: Device) => topology !== null || chip.platform === 'cpu';

/** Works out what a shape needs beside what the device has. */
export function needsOf(
  shape: CompiledShape,
  { options }: Pick<CompiledPlan, 'options'>,
  { device, experiment }: { readonly device: Device; readonly experiment: Experiment },
) {
  const { batchSize } = experiment.training;
  const memory = device.chip.memoryBytes ?? Number.POSITIVE_INFINITY;
  const { trainedBytes: trained, frozenBytes: frozen } = shape;
  const caches = options.componentCacheBytes + options.prefixCacheBytes + options.dataCacheBytes;
  // A member of a cohort keeps what it trains and a snapshot of it.
  const inCohort = Math.floor(options.cohortBytes / (2 * trained));
  const { width } = experiment.method;
  const cohort = Math.max(1, Math.min(width, inCohort));
  const { peakBytes } = shape.step;
  const withSnapshot = (peak: number | null) => (peak === null ? null : peak + trained);
  const cohortBytes =
    peakBytes === null ? null : peakBytes - trained + cohort * 2 * trained + caches;
  const secondsOf = ({ programs }: CompiledShape['step']) =>
    addSeconds(
      Object.entries(programs).map(([key, times]) => {
        const program = shape.programs[key];
        const once = program ? programSeconds(program, device.chip, isOwn(device)) : null;
        return once === null ? null : times * once;
      }),
    );
  const [stepSeconds, validationSeconds] = [secondsOf(shape.step), secondsOf(shape.validation)];
  const work = workOf(experiment);
  return {
    childBytes: withSnapshot(peakBytes),
    cohort,
    cohortBytes,
    fits: cohortBytes !== null && cohortBytes <= memory,
    stepSeconds,
    validationSeconds,
    experimentSeconds:
      work === null || stepSeconds === null || validationSeconds === null
        ? null
        : work.steps * stepSeconds + work.validationBatches * validationSeconds,
    remats: shape.remats.map(({ remat, peakBytes: peak }): PlannedRemat => {
      const needed = withSnapshot(peak);
      const room = memory - caches - 2 * trained;
      const images = peak === null ? 0 : (batchSize * room) / (peak - trained);
      const largest = Math.floor(images / device.chips) * device.chips;
      return {
        remat,
        peakBytes: needed,
        fits: needed !== null && needed + caches <= memory,
        largestBatch: largest > 0 && Number.isFinite(largest) ? largest : null,
      };
    }),
    spills: [
      ...(cohort < width
        ? [`a generation of ${width} children that train everything trains ${cohort} at a time`]
        : []),
      ...(frozen > options.componentCacheBytes
        ? ['a frozen path is larger than the cache of components, so each child loads it anew']
        : []),
    ],
    compiled: shape,
  };
}
