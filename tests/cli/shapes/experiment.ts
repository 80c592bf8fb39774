import { z } from 'zod';
import { count } from './parts.js';
import { errorShape } from './problem.js';
import { leaderboardShape } from './run.js';

export const simulationShape = z.strictObject({
  tasks: z.array(
    z.strictObject({
      task: z.string(),
      children: count,
      retained: count,
      ownComponents: count,
      steps: count,
      flops: z.number().positive(),
    }),
  ),
  children: count,
  flops: z.number().positive(),
  hours: z.number().positive().nullable(),
  flopsPerSecond: z.number().positive().nullable(),
  system: leaderboardShape,
});

const size = z.number().nonnegative();
const dispatchesShape = z.strictObject({
  programs: z.record(z.string(), count),
  argumentBytes: size,
  peakBytes: size.nullable(),
});
const remat = z.enum(['none', 'dots', 'full']);

const compiledShape = z.strictObject({
  programs: z.record(
    z.string(),
    z.strictObject({
      argumentBytes: size,
      outputBytes: size,
      temporaryBytes: size,
      aliasedBytes: size,
      flops: size,
      bytesAccessed: size,
      collectives: z.record(z.string(), count),
    }),
  ),
  failures: z.array(z.string()),
  components: z.array(
    z.strictObject({
      kind: z.string(),
      role: z.enum(['forward', 'dx', 'dw', 'dxdw']),
      programs: z.array(z.string()),
    }),
  ),
  step: dispatchesShape,
  validation: dispatchesShape,
  remats: z.array(
    z.strictObject({
      remat,
      flops: size,
      bytesAccessed: size,
      argumentBytes: size,
      peakBytes: size.nullable(),
    }),
  ),
  trainedBytes: size,
  frozenBytes: size,
});

export const planShape = z.strictObject({
  experiment: z.string(),
  device: z.string(),
  chips: count,
  memoryBytes: size.nullable(),
  flopsPerSecond: size.nullable(),
  bytesPerSecond: size.nullable(),
  source: z.url().nullable(),
  compiler: z.string(),
  isOwnCompiler: z.boolean(),
  options: z.strictObject({
    precision: z.enum(['float32', 'bfloat16']),
    attention: z.enum(['xla', 'cudnn']),
    remat,
    cohortBytes: size,
    componentCacheBytes: size,
    prefixCacheBytes: size,
    dataCacheBytes: size,
  }),
  shapes: z.array(
    z.strictObject({
      imageSize: count,
      layers: count,
      adapters: count,
      adapterDim: count,
      numClasses: count,
      batchSize: count,
      childBytes: size.nullable(),
      cohort: count,
      cohortBytes: size.nullable(),
      fits: z.boolean(),
      stepSeconds: size.nullable(),
      validationSeconds: size.nullable(),
      experimentSeconds: size.nullable(),
      remats: z.array(
        z.strictObject({
          remat,
          peakBytes: size.nullable(),
          fits: z.boolean(),
          largestBatch: count.nullable(),
        }),
      ),
      spills: z.array(z.string()),
      compiled: compiledShape,
    }),
  ),
});

export const checkedShape = z.array(
  z.strictObject({
    file: z.string(),
    openSplits: z.array(z.string()),
    moduleNotRun: z.string().nullable(),
    errors: z.array(errorShape),
  }),
);
