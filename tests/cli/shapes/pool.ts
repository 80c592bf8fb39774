import { z } from 'zod';
import { count } from './parts.js';
import { errorShape } from './problem.js';

const state = z.enum(['ready', 'draining', 'drained', 'evicted']);

/** The output of `pool status --json`. */
export const surveyShape = z.strictObject({
  type: z.literal('surveyed'),
  version: z.strictObject({ major: count, minor: count }),
  upSeconds: z.number().min(0),
  isDraining: z.boolean(),
  workers: z.array(
    z.strictObject({
      name: z.string(),
      versions: z.strictObject({ sidecar: z.string(), python: z.string(), jax: z.string() }),
      devices: z.array(
        z.strictObject({ platform: z.string(), kind: z.string(), memoryBytes: z.unknown() }),
      ),
      engine: z.strictObject({
        precision: z.string(),
        attention: z.string(),
        remat: z.string(),
        devices: count,
      }),
      busy: z.boolean(),
      state,
    }),
  ),
  controllers: z.array(
    z.strictObject({
      name: z.string(),
      share: z.number(),
      priority: z.enum(['low', 'normal', 'high']),
      queued: count,
      running: count,
    }),
  ),
  usage: z.array(z.strictObject({ name: z.string(), seconds: z.number().min(0), requests: count })),
  barred: z.array(z.strictObject({ worker: z.string(), state: z.enum(['drained', 'evicted']) })),
});

/** The output of `pool drain`, `evict` and `admit` with --json. */
export const managedShape = z.strictObject({
  worker: z.string(),
  action: z.enum(['drain', 'evict', 'admit']),
});

const names = z.array(z.string());
const launcher = z.enum(['local', 'ssh', 'slurm', 'ray', 'tpu-vm', 'kubernetes']);

/** The output of `pool up --json`, a line for each look of --watch, and of `pool down --json`. */
export const poolReportShape = z.strictObject({
  pool: z.string(),
  groups: z.array(
    z.strictObject({
      group: z.string(),
      launcher,
      started: names,
      stopped: names,
      workers: z.array(
        z.strictObject({
          name: z.string(),
          state: z.enum(['waiting', 'running', 'ended']),
          place: z.string(),
          detail: z.string(),
        }),
      ),
      problem: errorShape.nullable(),
    }),
  ),
});

/** The output of `pool up --dry-run --json`. */
export const poolPlanShape = z.strictObject({
  pool: z.string(),
  broker: z.string(),
  groups: z.array(z.strictObject({ group: z.string(), launcher, workers: names, plan: names })),
});

/** A line of `pool logs --json`. */
export const poolLogShape = z.strictObject({ worker: z.string(), line: z.string() });

/** The first line of `pool serve --json`; the others are those of its log. */
export const servingShape = z.strictObject({
  type: z.literal('serving'),
  workers: z.string(),
  controllers: z.string(),
  poolKey: z.string(),
  metrics: z.string().nullable(),
});
