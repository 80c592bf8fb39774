import { z } from 'zod';
import { text } from './scalars.js';

const image = text.describe('Column or feature that holds the image.');
const label = text.describe('Column that holds the label.');

export const idxFiles = z
  .strictObject({ images: text, labels: text })
  .meta({ id: 'IdxFiles', description: 'The two files of a base split of an IDX data set.' });

export const idxSource = z
  .strictObject({
    kind: z.literal('idx'),
    files: z.record(z.string(), idxFiles).describe('Files by base split.'),
  })
  .meta({ id: 'IdxSource', description: 'IDX files, the format of MNIST.' });

export const digitsSource = z
  .strictObject({ kind: z.literal('digits') })
  .meta({ id: 'DigitsSource', description: 'The handwritten digits of scikit-learn.' });

export const folderSource = z
  .strictObject({ kind: z.literal('folder'), path: text })
  .meta({ id: 'FolderSource', description: 'Image files in a folder per class.' });

export const npzSource = z
  .strictObject({ kind: z.literal('npz'), path: text })
  .meta({ id: 'NpzSource', description: 'Arrays of images and labels in an npz file.' });

export const webDatasetSource = z
  .strictObject({ kind: z.literal('webdataset'), path: text })
  .meta({ id: 'WebDatasetSource', description: 'Shards of a WebDataset.' });

export const parquetSource = z
  .strictObject({ kind: z.literal('parquet'), path: text, image, label })
  .meta({ id: 'ParquetSource', description: 'Rows of Parquet files.' });

export const huggingFaceSource = z
  .strictObject({ kind: z.literal('huggingface'), path: text, image, label })
  .meta({
    id: 'HuggingFaceSource',
    description: 'A dataset that the Hugging Face library saved to disk.',
  });

export const tfdsDataset = z
  .strictObject({
    name: text.describe('With the config after a slash, if there is one: `emnist/digits`.'),
    version: text.describe('Parts after a `*` do not matter: `3.*.*`.'),
  })
  .meta({ id: 'TfdsDataset', description: 'A data set of TensorFlow Datasets.' });

export const tfdsKey = z
  .strictObject({ kind: z.literal('key'), key: text })
  .meta({ id: 'TfdsKey', description: 'The label is a feature of the example.' });

export const tfdsVtab = z
  .strictObject({
    kind: z.literal('vtab'),
    task: z.enum([
      'clevr/closest_object_distance',
      'clevr/count_all',
      'clevr/count_cylinders',
      'dsprites/label_orientation',
      'dsprites/label_x_position',
      'kitti/closest_object_distance',
      'kitti/closest_vehicle_distance',
      'kitti/count_vehicles',
    ]),
  })
  .meta({ id: 'TfdsVtab', description: 'The label is computed from the example as VTAB does.' });

export const tfdsLabel = z
  .discriminatedUnion('kind', [tfdsKey, tfdsVtab])
  .meta({ id: 'TfdsLabel', description: 'How an example gets its label.' });

export const tfdsSource = z
  .strictObject({
    kind: z.literal('tfds'),
    directory: text.describe('Folder that holds `<name>/<version>` of each data set.'),
    ...tfdsDataset.shape,
    others: z
      .array(tfdsDataset)
      .describe('Further data sets; splits name theirs as `<name>:<split>`.'),
    image,
    label: tfdsLabel,
  })
  .meta({ id: 'TfdsSource', description: 'Data that TensorFlow Datasets has prepared.' });

export const source = z
  .discriminatedUnion('kind', [
    idxSource,
    digitsSource,
    folderSource,
    npzSource,
    webDatasetSource,
    parquetSource,
    huggingFaceSource,
    tfdsSource,
  ])
  .meta({ id: 'Source', description: 'Where the images and labels of a task come from.' });
