import { z } from 'zod';
import { VTAB_LABELS } from '../../catalogue/index.js';
import { LONGEST_TASK_NAME } from '../../domain/names.js';
import { list, path } from './scalars.js';
import { section } from './section.js';

const columns = { image: path.default('image'), label: path.default('label') };

const tfdsDataset = {
  name: z
    .string()
    .max(LONGEST_TASK_NAME)
    .regex(/^\w+(\/[\w.+-]+)?$/, 'a data set is named as in TFDS, for example emnist/digits'),
  version: z
    .string()
    .max(50)
    .regex(/^\d+\.(\d+|\*)\.(\d+|\*)$/, 'a version is three numbers, of which the last may be *'),
};

const tfdsLabel = z
  .preprocess(
    (value) => (typeof value === 'string' ? { kind: 'key', key: value } : value),
    z.discriminatedUnion('kind', [
      section({ kind: z.literal('key'), key: path }),
      section({ kind: z.literal('vtab'), task: z.enum(VTAB_LABELS) }),
    ]),
  )
  .describe('a feature, or a task of VTAB that computes the label from other features');

const idx = section({
  kind: z.literal('idx'),
  files: z.record(
    z
      .string()
      .max(LONGEST_TASK_NAME)
      .regex(/^\w+$/, 'the name of a base split has letters, digits and underscores'),
    section({ images: path, labels: path }),
  ),
});

const tfds = section({
  kind: z.literal('tfds'),
  directory: path.nullable().default(null).describe('null: $TFDS_DATA_DIR'),
  ...tfdsDataset,
  others: list(section(tfdsDataset), 100)
    .readonly()
    .default([])
    .describe('their base splits are called <name>:<split>'),
  image: path.default('image'),
  label: tfdsLabel.default({ kind: 'key', key: 'label' }),
});

export const source = z
  .discriminatedUnion(
    'kind',
    [
      idx,
      section({ kind: z.literal('digits') }),
      section({ kind: z.literal('folder'), path }),
      section({ kind: z.literal('npz'), path }),
      section({ kind: z.literal('webdataset'), path }),
      section({ kind: z.literal('parquet'), path, ...columns }),
      section({ kind: z.literal('huggingface'), path, ...columns }),
      tfds,
    ],
    { error: 'must be idx, digits, folder, npz, webdataset, parquet, huggingface or tfds' },
  )
  .describe('where the images come from; paths are relative to this file');

/** Where a configured task's images come from; paths are as they were written. */
export type SourceConfig = z.output<typeof source>;
