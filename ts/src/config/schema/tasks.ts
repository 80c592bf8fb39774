import { z } from 'zod';
import { LIMITS } from '../../../../protocol/index.js';
import { BENCHMARKS, benchmarkTasks } from '../../catalogue/index.js';
import { LONGEST_TASK_NAME } from '../../domain/names.js';
import { unknownKeysOf, withoutMisspelt } from '../errors/unknown-key.js';
import { upTo } from './scalars.js';
import { section } from './section.js';
import { source } from './source.js';

const slice = z.string().min(1).max(LIMITS.splitExpression);

const splits = section({ train: slice, validation: slice, test: slice }).describe(
  'slices of the base splits, in the syntax of TFDS; null: chosen when the data is read',
);

const examples = upTo(LIMITS.examples);

const facts = section({
  numClasses: upTo(LIMITS.classes),
  examples: section({ train: examples, validation: examples, test: examples }),
}).describe('what the data must hold');

const definition = section({
  name: z
    .string()
    .max(LONGEST_TASK_NAME, { abort: true })
    .regex(
      /^[A-Za-z0-9][\w.-]*(\/[A-Za-z0-9][\w.-]*)*$/,
      "use parts of letters, digits, '_', '-' and '.', with '/' between them; a part begins with a letter or digit",
    ),
  private: z.boolean().default(false).describe('whether no other task may build on its path'),
  optional: z.boolean().default(false).describe('whether it is left out when its data is absent'),
  source: source.nullable().default(null),
  splits: splits.nullable().default(null),
  classNames: z
    .array(z.string().min(1).max(LIMITS.text))
    .min(1)
    .max(LIMITS.classes)
    .readonly()
    .optional()
    .describe('in the order of labels; by default the names that the data has'),
  facts: facts.nullable().default(null),
});

/** A task written out: `mnist`, `private:mnist` and `{ name: mnist }` are short for more of this. */
export type TaskConfig = z.output<typeof definition>;

/** A catalogue name, such a name after `private:`, or a definition. */
export type TaskInput = string | z.input<typeof definition>;

const PRIVATE = 'private:';

/** Most tasks of an experiment. */
const MOST_TASKS = 1_000;

const task = z.preprocess((value) => {
  if (typeof value !== 'string') return value;
  return value.startsWith(PRIVATE)
    ? { name: value.slice(PRIVATE.length), private: true }
    : { name: value };
}, definition) as unknown as z.ZodType<TaskConfig, TaskInput>;

const benchmarkName = z.enum(BENCHMARKS, { error: `must be ${BENCHMARKS.join(', ')}` });

const benchmark = section({
  benchmark: z.union(
    [
      benchmarkName.transform((name) => [name]),
      z.array(benchmarkName).min(1).max(BENCHMARKS.length),
    ],
    {
      error: `must be ${BENCHMARKS.join(', ')}, or a list of these`,
    },
  ),
  private: z.boolean().default(false),
  optional: z.boolean().default(false),
});

/** A list of tasks, or benchmarks of the papers for all their tasks in published order. */
export type TasksInput = readonly TaskInput[] | z.input<typeof benchmark>;

const list = z.array(task).min(1).max(MOST_TASKS);

/** The tasks of an experiment: a list, `{ benchmark: vit }`, or `{ benchmark: [vit, chars] }`. */
export const tasks = z.preprocess((value, context) => {
  if (value === null || typeof value !== 'object' || Array.isArray(value)) return value;
  const { data, error } = benchmark.safeParse(value);
  if (error) {
    for (const issue of withoutMisspelt(error.issues)) {
      const { path, code } = issue;
      const errors = code === 'unrecognized_keys' ? unknownKeysOf(issue) : [issue];
      for (const { message } of errors) context.addIssue({ code: 'custom', path, message });
    }
    return z.NEVER;
  }
  const { benchmark: names, ...options } = data;
  return names.flatMap(benchmarkTasks).map((each) => ({ name: each.name, ...options }));
}, list) as unknown as z.ZodType<readonly TaskConfig[], TasksInput>;
