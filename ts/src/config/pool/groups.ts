import { z } from 'zod';
import { list, path, upTo } from '../schema/scalars.js';
import { section } from '../schema/section.js';
import { environment, word } from './scalars.js';

/** Launchers, by which a group says how its workers are started. */
export const LAUNCHERS = ['local', 'ssh', 'slurm', 'ray', 'tpu-vm', 'kubernetes'] as const;

/** The name of a launcher. */
export type LauncherName = (typeof LAUNCHERS)[number];

const engine = section({
  devices: upTo(1_024).optional().describe('devices of a worker that share each batch'),
  precision: z.enum(['auto', 'float32', 'bfloat16']).optional(),
  attention: z.enum(['auto', 'xla', 'cudnn']).optional(),
  remat: z.enum(['auto', 'none', 'dots', 'full']).optional(),
  memory: z
    .string()
    .regex(/^\d+(\.\d+)?(%|[MG]B)$/, 'memory is a share such as 50%, or an amount such as 16GB')
    .optional()
    .describe('memory of a device to plan with'),
})
  .prefault({})
  .describe('how the workers compute; the sidecar chooses what is left out');

const roots = list(path, 100).readonly().default([]);

const common = {
  workers: upTo(10_000).default(1).describe('how many workers'),
  engine,
  environment: environment.describe('variables of every worker'),
  storeRoots: roots.describe('below which the stores of runs are; none: any place'),
  dataRoots: roots.describe('the same for data, images and checkpoints'),
};

const interpreter = path
  .nullable()
  .default(null)
  .describe('a Python that has the sidecar; null: that of this machine, at the same path');

const extras = list(z.enum(['cuda', 'tpu', 'tfds', 'parquet', 'onnx', 's3', 'gcs']), 10).describe(
  'what is installed beside the sidecar',
);

const installation = {
  python: word.default('python3').describe('the Python there from which an environment is made'),
  extras: extras.default([]),
};

const tunnel = {
  tunnel: z
    .boolean()
    .default(true)
    .describe('connect through ssh -R; false: workers use the address of the broker'),
  port: upTo(65_535).nullable().default(null).describe("the tunnel's port there; null: chosen"),
};

const local = section({ launcher: z.literal('local'), ...common });

const sshConfig = path.nullable().default(null).describe("a file of ssh's; null: the user's own");

const ssh = section({
  launcher: z.literal('ssh'),
  hosts: list(word).min(1).readonly().describe('as the ssh command takes them'),
  ...common,
  workers: common.workers.describe('how many on each host'),
  ...installation,
  ...tunnel,
  config: sshConfig,
});

const slurm = section({
  launcher: z.literal('slurm'),
  host: word.nullable().default(null).describe('login node, reached by ssh; null: this machine'),
  config: sshConfig,
  ...common,
  python: interpreter,
  partition: word.nullable().default(null),
  account: word.nullable().default(null),
  time: word.nullable().default(null).describe('limit of a job, as sbatch takes it: 12:00:00'),
  hosts: upTo(1_024).default(1).describe('nodes that are a worker together'),
  cpus: upTo(4_096).nullable().default(null).describe('cores of a worker on each of its nodes'),
  memory: word.nullable().default(null).describe('memory on each node, as sbatch takes it: 16G'),
  gpus: z.int().min(0).max(64).default(0).describe('GPUs on each node'),
  options: list(z.string().regex(/^--?[\w-]+(=\S+)?$/, 'an option is one word: --qos=high'), 50)
    .readonly()
    .default([])
    .describe('further options of sbatch'),
});

const quantity = z.number().min(0).max(1e15);

const ray = section({
  launcher: z.literal('ray'),
  address: word
    .default('auto')
    .describe('of the cluster: host:port of its head, or auto on one of its machines'),
  tokenFile: path
    .nullable()
    .default(null)
    .describe("the cluster's token; null: $RAY_AUTH_TOKEN or ~/.ray/auth_token"),
  ...common,
  python: interpreter,
  cpus: quantity.default(1).describe('cores of a worker'),
  gpus: quantity.default(0).describe('GPUs of a worker'),
  memory: quantity.default(0).describe('bytes of a worker'),
  resources: z.record(z.string().min(1).max(200), quantity).default({}).describe('others'),
  slice: section({
    topology: word.describe('for example 4x4'),
    accelerator: word.describe('for example v5e'),
    hosts: upTo(1_024).describe('machines of a slice; each is a worker'),
  })
    .nullable()
    .default(null)
    .describe('TPU slices, with a worker on every host; workers counts slices then'),
});

const tpuVm = section({
  launcher: z.literal('tpu-vm'),
  project: word.nullable().default(null).describe("null: that of gcloud's configuration"),
  zone: word,
  accelerator: word.describe('for example v5litepod-8'),
  runtime: word.describe('version of the machine image, for example v2-alpha-tpuv5-lite'),
  hosts: upTo(1_024).default(1).describe('machines of a slice, which are a worker together'),
  spot: z.boolean().default(false).describe('cheaper, and may be taken away at any time'),
  reserved: z.boolean().default(false),
  validUntil: word.default('6h').describe('how long a request may wait for capacity'),
  network: word.nullable().default(null),
  serviceAccount: word.nullable().default(null),
  ...common,
  workers: common.workers.describe('how many slices'),
  ...installation,
  extras: extras.default(['tpu']),
  ...tunnel,
});

const kubernetes = section({
  launcher: z.literal('kubernetes'),
  kind: z.enum(['jobset', 'kuberay']).default('jobset').describe('what runs the workers'),
  context: word.nullable().default(null).describe("of kubectl; null: the user's own"),
  namespace: word.default('default'),
  image: word.describe('an image that has the sidecar; for kuberay, Ray too'),
  ...common,
  cpus: quantity.default(1),
  memory: word.default('4Gi'),
  gpus: z.int().min(0).max(64).default(0),
  tpu: section({
    accelerator: word.describe('for example tpu-v5-lite-podslice'),
    topology: word.describe('for example 2x4'),
    chips: upTo(1_024).describe('chips of a machine'),
  })
    .nullable()
    .default(null),
  nodeSelector: z.record(z.string().min(1), z.string()).default({}),
  rayVersion: word.default('2.60.0'),
});

const NAMES = `${LAUNCHERS.slice(0, -1).join(', ')} or ${LAUNCHERS.at(-1)}`;

export const group = z.discriminatedUnion('launcher', [local, ssh, slurm, ray, tpuVm, kubernetes], {
  error: `must be ${NAMES}`,
});

/** A group of workers, with every default filled in. */
export type Group = z.output<typeof group>;

/** A group that a launcher starts. */
export type GroupOf<L extends LauncherName> = Extract<Group, { readonly launcher: L }>;

/** A group as a person writes it. */
export type GroupInput = z.input<typeof group>;
