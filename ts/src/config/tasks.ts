import { z } from 'zod';
import { BENCHMARKS, benchmarkTasks } from '../catalogue/index.js';
import { VTAB_TASKS } from '../domain/task.js';
import { section } from './section.js';

const positive = z.int().min(1).max(0xffff_ffff);
const path = z.string().min(1);
const slice = z.string().min(1);

const columns = { image: path.default('image'), label: path.default('label') };

const tfdsDataset = {
  name: z
    .string()
    .regex(/^\w+(\/[\w.+-]+)?$/, 'a data set is named as TFDS does, for example emnist/digits'),
  version: z
    .string()
    .regex(/^\d+\.(\d+|\*)\.(\d+|\*)$/, 'a version is three numbers, of which the last may be *'),
};

const tfdsLabel = z
  .preprocess(
    (value) => (typeof value === 'string' ? { kind: 'key', key: value } : value),
    z.discriminatedUnion('kind', [
      section({ kind: z.literal('key'), key: path }),
      section({ kind: z.literal('vtab'), task: z.enum(VTAB_TASKS) }),
    ]),
  )
  .describe('a feature, or a task of VTAB that makes the label of others');

const source = z
  .discriminatedUnion(
    'kind',
    [
      section({
        kind: z.literal('idx'),
        files: z.record(
          z.string().regex(/^\w+$/, 'a base split is named by letters, digits and underscores'),
          section({ images: path, labels: path }),
        ),
      }),
      section({ kind: z.literal('digits') }),
      section({ kind: z.literal('folder'), path }),
      section({ kind: z.literal('npz'), path }),
      section({ kind: z.literal('webdataset'), path }),
      section({ kind: z.literal('parquet'), path, ...columns }),
      section({ kind: z.literal('huggingface'), path, ...columns }),
      section({
        kind: z.literal('tfds'),
        directory: path.nullable().default(null).describe('$TFDS_DATA_DIR if null'),
        ...tfdsDataset,
        others: z
          .array(section(tfdsDataset))
          .readonly()
          .default([])
          .describe('their base splits are called <name>:<split>'),
        image: path.default('image'),
        label: tfdsLabel.default({ kind: 'key', key: 'label' }),
      }),
    ],
    { error: 'must be idx, digits, folder, npz, webdataset, parquet, huggingface or tfds' },
  )
  .describe('where the images come from; paths are relative to this file');

const splits = section({ train: slice, validation: slice, test: slice }).describe(
  'slices of the base splits, TFDS syntax',
);

const facts = section({
  numClasses: positive,
  examples: section({ train: positive, validation: positive, test: positive }),
}).describe('what the data must hold');

const definition = section({
  name: z
    .string()
    .regex(/^[A-Za-z0-9][\w./-]*$/, "a task's name has letters, digits, '_', '-', '.', '/' only"),
  private: z.boolean().default(false).describe('no other task may build on its path'),
  optional: z.boolean().default(false).describe('left out where its data is absent'),
  source: source.nullable().default(null),
  splits: splits.nullable().default(null),
  classNames: z
    .array(z.string().min(1).max(16_384))
    .min(1)
    .readonly()
    .optional()
    .describe('in the order of labels; by default those that the data has'),
  facts: facts.nullable().default(null),
});

/** A task written out: `mnist`, `private:mnist` and `{ name: mnist }` are short for more of this. */
export type TaskConfig = z.output<typeof definition>;

/** A catalogue name, such a name after `private:`, or a definition. */
export type TaskInput = string | z.input<typeof definition>;

const PRIVATE = 'private:';

const task = z.preprocess((value) => {
  if (typeof value !== 'string') return value;
  return value.startsWith(PRIVATE)
    ? { name: value.slice(PRIVATE.length), private: true }
    : { name: value };
}, definition) as unknown as z.ZodType<TaskConfig, TaskInput>;

const benchmarkName = z.enum(BENCHMARKS, { error: `must be ${BENCHMARKS.join(', ')}` });

const benchmark = section({
  benchmark: z.union([benchmarkName.transform((name) => [name]), z.array(benchmarkName).min(1)], {
    error: `must be ${BENCHMARKS.join(', ')}, or a list of these`,
  }),
  private: z.boolean().default(false),
  optional: z.boolean().default(false),
});

/** A list of tasks, or benchmarks of the papers for all their tasks in published order. */
export type TasksInput = readonly TaskInput[] | z.input<typeof benchmark>;

const list = z.array(task).min(1);

/** The tasks of an experiment: a list, `{ benchmark: vit }`, or `{ benchmark: [vit, chars] }`. */
export const tasks = z.preprocess((value, context) => {
  if (value === null || typeof value !== 'object' || Array.isArray(value)) return value;
  const { data, error } = benchmark.safeParse(value);
  if (error) {
    // A misspelt key explains a missing one.
    const issue = error.issues.find(({ code }) => code === 'unrecognized_keys') ?? error.issues[0];
    if (issue) context.addIssue({ code: 'custom', path: issue.path, message: issue.message });
    return z.NEVER;
  }
  const { benchmark: names, ...options } = data;
  return names.flatMap(benchmarkTasks).map((each) => ({ name: each.name, ...options }));
}, list) as unknown as z.ZodType<readonly TaskConfig[], TasksInput>;
