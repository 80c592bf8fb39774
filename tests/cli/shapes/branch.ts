import { z } from 'zod';
import { count, fraction, interval } from './parts.js';

const change = z.strictObject({ key: z.string(), before: z.unknown(), after: z.unknown() });

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
