import { z } from 'zod';
import { count, fraction, size, time } from './parts.js';

export const leaderboardShape = z.strictObject({
  run: z.string(),
  rows: z.array(
    z.strictObject({
      task: z.string(),
      isPrivate: z.boolean(),
      pathId: count,
      testAccuracy: fraction.nullable(),
      chance: fraction,
      isBetterThanChance: z.boolean().nullable(),
      majorityAccuracy: fraction.nullable(),
      probeAccuracy: fraction.nullable(),
      isBetterThanBaseline: z.boolean().nullable(),
      validationAccuracy: fraction,
      score: z.number().nullable(),
      accountedParameterCount: z.number().positive().nullable(),
      parameterCount: count.positive(),
      sharedFraction: fraction,
      lineage: z.array(z.string()),
    }),
  ),
  meanTestAccuracy: fraction.nullable(),
  systemParameterCount: count,
});

export const reportShape = z.strictObject({
  run: z.string(),
  method: z.string(),
  architecture: z.string().nullable(),
  rows: z.array(
    z.strictObject({
      task: z.string(),
      testAccuracy: fraction.nullable(),
      sameData: z.boolean(),
      published: z.array(
        z.strictObject({
          task: z.string(),
          paper: z.enum(['mu2net', 'mu2net+']),
          model: z.string(),
          metric: z.string(),
          value: fraction,
          table: z.string().nullable(),
          difference: z.number().nullable(),
        }),
      ),
    }),
  ),
});

const holder = z.strictObject({
  pid: count.nullable(),
  host: z.string().nullable(),
  since: time.nullable(),
  branch: z.string().nullable(),
});

export const statusShape = z.strictObject({
  state: z.enum(['starting', 'training', 'testing', 'stopped', 'finished', 'failed']),
  holder: holder.nullable(),
  failure: z.strictObject({ code: z.string(), message: z.string(), failedAt: time }).nullable(),
  lastProgressAt: time.nullable(),
  secondsLeft: z.number().min(0).nullable(),
  size: size.optional(),
  run: z.string(),
  directory: z.string(),
  store: z.string(),
  branches: z.array(z.string()),
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
  failures: z.array(z.strictObject({ pathId: count, task: z.string(), reason: z.string() })),
});

export const summariesShape = z.array(
  z.discriminatedUnion('kind', [
    statusShape.extend({ kind: z.literal('branch'), size }),
    z.strictObject({
      kind: z.literal('start'),
      run: z.string(),
      directory: z.string(),
      state: z.literal('starting'),
      holder: holder.nullable(),
      size,
    }),
    z.strictObject({
      kind: z.literal('unreadable'),
      run: z.string(),
      directory: z.string(),
      code: z.string(),
      message: z.string(),
      size: size.nullable(),
    }),
  ]),
);

export const pathShape = z.strictObject({
  run: z.string(),
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
      parameterCount: count.positive(),
      paramsDigest: z.string().regex(/^[0-9a-f]{64}$/),
      origin: z.enum(['root', 'shared', 'cloned', 'fresh', 'resampled', 'adopted']),
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

export const childrenShape = z.strictObject({
  run: z.string(),
  children: z.array(
    z.strictObject({
      pathId: count,
      parentId: count,
      task: z.string(),
      iteration: count,
      generation: count,
      hyperparameters: z.looseObject({ opt_lr: z.number(), num_layers: count }),
      components: z.array(
        z.strictObject({
          id: z.string(),
          name: z.string(),
          parameterCount: count,
          origin: z.enum(['shared', 'cloned', 'fresh', 'resampled']),
          from: z.string().nullable(),
          trained: z.boolean(),
        }),
      ),
      qualities: z.array(fraction),
      quality: fraction.nullable(),
      score: z.number().nullable(),
      qualityBar: z.number().nullable(),
      retained: z.boolean(),
      reason: z.string(),
      failure: z.string().nullable(),
      trainSeconds: z.number().min(0),
      worker: z.string().nullable(),
    }),
  ),
});

/** The output of `draw --json`; the data differs by kind. */
export const drawnShape = z.strictObject({
  run: z.string(),
  kind: z.string(),
  title: z.string(),
  description: z.string(),
  data: z.record(z.string(), z.unknown()),
  table: z.strictObject({
    columns: z.array(z.strictObject({ title: z.string(), numeric: z.literal(true).optional() })),
    rows: z.array(z.array(z.string())),
  }),
});

export const pictureShape = z.strictObject({
  run: z.string(),
  columns: z.array(z.string()),
  rows: z.array(
    z.strictObject({
      pathId: count,
      task: z.string().nullable(),
      parentId: count.nullable(),
      testAccuracy: fraction.nullable(),
      parameterCount: count,
      cells: z.array(
        z
          .strictObject({
            component: z.string(),
            owner: z.string().nullable(),
            parameterCount: count,
            users: count,
          })
          .nullable(),
      ),
    }),
  ),
  meanTestAccuracy: fraction.nullable(),
  systemParameterCount: count,
});
