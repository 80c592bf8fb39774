import { z } from 'zod';

/** Shapes of the command line's JSON that programs may rely on. */
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

const size = z.strictObject({ store: count, rest: count, total: count });
const time = z.iso.datetime();
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

/** An error: its code, its message in one line, and its subject. */
export const errorShape = z.strictObject({
  code: z.string(),
  message: z.string().regex(/^[^\n]+$/),
  run: z.string().optional(),
  branch: z.string().optional(),
  task: z.string().optional(),
  pathId: count.optional(),
  method: z.string().optional(),
  file: z.string().optional(),
  line: count.positive().optional(),
  column: count.positive().optional(),
  key: z.string().optional(),
  worker: z.string().optional(),
});

export const checkedShape = z.array(
  z.strictObject({
    file: z.string(),
    openSplits: z.array(z.string()),
    moduleNotRun: z.string().nullable(),
    errors: z.array(errorShape),
  }),
);

export const doctorShape = z.strictObject({
  ok: z.boolean(),
  environment: z.strictObject({
    kind: z.enum(['chosen', 'clone', 'cache']),
    executable: z.string(),
    folder: z.string().nullable(),
    because: z.string(),
    extras: z.array(z.string()),
  }),
  checks: z.array(
    z.strictObject({
      name: z.string(),
      verdict: z.enum(['ok', 'note', 'problem']),
      detail: z.string(),
      next: z.string().nullable(),
    }),
  ),
});

const change = z.strictObject({ key: z.string(), before: z.unknown(), after: z.unknown() });
const interval = z.tuple([z.number(), z.number()]);

const entry = {
  id: z.string(),
  parent: z.string().nullable(),
  branches: z.array(z.string()),
  time: z.iso.datetime(),
};

export const logShape = z.strictObject({
  run: z.string(),
  branches: z.array(
    z.strictObject({
      name: z.string(),
      finished: z.boolean(),
      task: z.string().nullable(),
      generationsDone: count,
      generations: count,
    }),
  ),
  entries: z.array(
    z.discriminatedUnion('kind', [
      z.strictObject({
        kind: z.literal('begun'),
        ...entry,
        beginning: z.discriminatedUnion('kind', [
          z.strictObject({ kind: z.literal('created') }),
          z.strictObject({ kind: z.literal('branched'), from: z.string() }),
          z.strictObject({
            kind: z.literal('adopted'),
            from: z.string(),
            tasks: z.array(z.string()).nullable(),
          }),
        ]),
        point: z.strictObject({ iteration: count, generation: count, nextPathId: count }),
        tasks: z.array(z.string()),
        changes: z.array(change),
      }),
      z.strictObject({
        kind: z.literal('iteration'),
        ...entry,
        iteration: count.positive(),
        task: z.string(),
        pathId: count,
        quality: fraction.nullable(),
        score: z.number().nullable(),
        testAccuracy: fraction.nullable(),
        children: count,
        retained: count,
      }),
    ]),
  ),
});

const model = z.strictObject({
  pathId: count,
  score: z.number().nullable(),
  validationAccuracy: fraction,
  testAccuracy: fraction.nullable(),
  parameterCount: count,
});
const amount = z.strictObject({ components: count, parameterCount: count });

export const differenceShape = z.strictObject({
  a: z.string(),
  b: z.string(),
  settings: z.array(change),
  tasks: z.array(
    z.strictObject({
      task: z.string(),
      same: z.boolean(),
      a: model.nullable(),
      b: model.nullable(),
      hyperparameters: z.array(change),
      components: z.array(
        z.strictObject({
          name: z.string(),
          kind: z.enum(['same', 'other', 'only-a', 'only-b']),
          parameterCount: count.positive(),
        }),
      ),
    }),
  ),
  both: amount,
  onlyA: amount,
  onlyB: amount,
});

const difference = { value: z.number(), interval, same: z.boolean() };

export const comparisonShape = z.strictObject({
  systems: z.array(
    z.strictObject({
      name: z.string(),
      meanTestAccuracy: fraction.nullable(),
      systemParameterCount: count,
      trainingFlops: z.number(),
    }),
  ),
  tasks: z.array(
    z.strictObject({
      task: z.string(),
      models: z.array(
        z
          .strictObject({
            pathId: count,
            test: z.strictObject({ correct: count, total: count.positive() }).nullable(),
            testAccuracy: fraction.nullable(),
            interval: interval.nullable(),
            difference: z
              .discriminatedUnion('paired', [
                z.strictObject({ ...difference, paired: z.literal(false) }),
                z.strictObject({
                  ...difference,
                  paired: z.literal(true),
                  onlyFirst: count,
                  onlyOther: count,
                }),
              ])
              .nullable(),
            validationAccuracy: fraction,
            score: z.number().nullable(),
            accountedParameterCount: z.number().nullable(),
            parameterCount: count,
            flops: z.number().positive(),
            trainingFlops: z.number().positive().nullable(),
          })
          .nullable(),
      ),
    }),
  ),
});

const garbage = z.strictObject({ files: count, bytes: count });

export const garbageShape = z.strictObject({
  run: z.string(),
  unreferenced: garbage,
  orphans: garbage,
  temporary: garbage,
  kept: garbage,
  strange: z.array(z.string()),
  deleted: z.boolean(),
});

/** The report of `tasks doctor` and `tasks prepare` about a task. */
export const verdictShape = z.strictObject({
  task: z.string(),
  ready: z.boolean(),
  missing: z.string().nullable(),
  next: z.array(z.string()),
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
