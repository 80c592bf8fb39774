import { z } from 'zod';
import { section } from './section.js';

const positive = z.int().min(1).max(0xffff_ffff);
const path = z.string().min(1);
const slice = z.string().min(1);

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
    ],
    { error: 'must be idx, digits, folder or npz' },
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
  facts: facts.nullable().default(null),
});

/** A task written out: `mnist`, `private:mnist` and `{ name: mnist }` are short for more of this. */
export type TaskConfig = z.output<typeof definition>;

/** A catalogue name, such a name after `private:`, or a definition. */
export type TaskInput = string | z.input<typeof definition>;

const PRIVATE = 'private:';

export const task = z.preprocess((value) => {
  if (typeof value !== 'string') return value;
  return value.startsWith(PRIVATE)
    ? { name: value.slice(PRIVATE.length), private: true }
    : { name: value };
}, definition) as unknown as z.ZodType<TaskConfig, TaskInput>;
