import { z } from 'zod';

/** What programs may rely on of the command line's JSON. */
const fraction = z.number().min(0).max(1);
const count = z.int().min(0);

export const leaderboardShape = z.strictObject({
  run: z.string(),
  rows: z.array(
    z.strictObject({
      task: z.string(),
      isPrivate: z.boolean(),
      pathId: count,
      testAccuracy: fraction.nullable(),
      validationAccuracy: fraction,
      score: z.number(),
      accountedParams: z.number().positive(),
      totalParams: count.positive(),
      sharedFraction: fraction,
      lineage: z.array(z.string()),
    }),
  ),
  meanTestAccuracy: fraction.nullable(),
  systemParams: count,
});

export const statusShape = z.strictObject({
  run: z.string(),
  directory: z.string(),
  experiment: z.string(),
  seed: count,
  startedAt: z.iso.datetime(),
  workers: z.array(
    z.strictObject({
      name: z.string(),
      versions: z.strictObject({ sidecar: z.string(), python: z.string(), jax: z.string() }),
      devices: z.array(z.looseObject({ platform: z.string(), kind: z.string() })),
      engine: z.strictObject({
        precision: z.enum(['float32', 'bfloat16']),
        attention: z.string(),
        remat: z.string(),
        devices: count,
      }),
    }),
  ),
  finished: z.boolean(),
  task: z.string().nullable(),
  iterationsDone: count,
  iterations: count,
  generationsDone: count,
  generations: count,
  childrenDone: count,
  children: count,
  retained: count,
  failures: z.array(z.strictObject({ path: count, task: z.string(), reason: z.string() })),
});

export const pathShape = z.strictObject({
  pathId: count,
  task: z.string().nullable(),
  living: z.boolean(),
  quality: fraction.nullable(),
  score: z.number().nullable(),
  testAccuracy: fraction.nullable(),
  hyperparameters: z.looseObject({ _mu_: z.number(), num_layers: count }),
  components: z.array(
    z.strictObject({
      id: z.string(),
      name: z.string(),
      parameters: count.positive(),
      params: z.string().regex(/^[0-9a-f]{64}$/),
      origin: z.enum(['root', 'shared', 'cloned', 'fresh', 'resampled']),
      users: z.array(z.string()),
    }),
  ),
  lineage: z.array(
    z.strictObject({
      pathId: count,
      task: z.string().nullable(),
      quality: fraction.nullable(),
    }),
  ),
});

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
  chipHours: z.number().positive(),
  flopsPerSecond: z.number().positive(),
  system: leaderboardShape,
});

export const checkedShape = z.array(
  z.strictObject({
    file: z.string(),
    error: z.strictObject({ code: z.string(), message: z.string() }).nullable(),
  }),
);

export const doctorShape = z.strictObject({
  ok: z.boolean(),
  checks: z.array(
    z.strictObject({
      name: z.string(),
      verdict: z.enum(['ok', 'note', 'problem']),
      detail: z.string(),
      next: z.string().nullable(),
    }),
  ),
});
