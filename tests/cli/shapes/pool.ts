import { z } from 'zod';
import { count } from './parts.js';

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
