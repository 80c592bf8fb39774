import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { OwnEnvironment } from './environment.js';

/** Optional parts of a Python environment, by the names that pyproject.toml gives them. */
export const EXTRAS = {
  cuda: 'computing on NVIDIA GPUs',
  tpu: 'computing on TPUs, and planning for them',
  tfds: 'preparing data of TensorFlow Datasets',
  ray: 'workers on a Ray cluster',
  s3: 'weights in a store on S3 or a server like it',
  gcs: 'weights in a store on Google Cloud Storage',
  parquet: "data in Parquet files and Hugging Face's format, and records as Parquet files",
  onnx: 'models in the format of ONNX',
  otel: 'traces for OpenTelemetry',
  tensorboard: 'records as event files of TensorBoard',
  wandb: 'records as an offline folder of Weights & Biases',
  mlflow: 'records as a store of MLflow',
} as const;

export type Extra = keyof typeof EXTRAS;

/** Names of all extras. */
export const EXTRA_NAMES = Object.keys(EXTRAS) as readonly Extra[];

/** Name of the stamp that says that an extra is installed. */
export const stampOf = (extra: Extra): string => `.mu2net-stamp-${extra}`;

/** Returns the extras that are installed in an environment. */
export function installedExtras({ folder }: OwnEnvironment): readonly Extra[] {
  return EXTRA_NAMES.filter((extra) => existsSync(join(folder, stampOf(extra))));
}
