import { z } from 'zod';
import type { GroupOf } from '../../config/index.js';
import { type ErrorCode, Mu2NetError } from '../../domain/errors.js';
import { type CommandLine, lastLine } from '../execute.js';

type TpuGroup = GroupOf<'tpu-vm'>;

/** Command lines of gcloud for a group. */
export class Gcloud {
  readonly #config: TpuGroup;

  constructor(config: TpuGroup) {
    this.#config = config;
  }

  /** Requests a slice; its machine runs the script of a file whenever it starts. */
  create(slice: string, startScript: string): CommandLine {
    const { accelerator, runtime, spot, reserved, validUntil, network, serviceAccount } =
      this.#config;
    return this.#queuedResources(
      ...['create', slice, `--node-id=${slice}`],
      ...[`--accelerator-type=${accelerator}`, `--runtime-version=${runtime}`],
      `--valid-until-duration=${validUntil}`,
      `--metadata-from-file=startup-script=${startScript}`,
      ...(spot ? ['--spot'] : []),
      ...(reserved ? ['--reserved'] : []),
      ...(network === null ? [] : [`--network=${network}`]),
      ...(serviceAccount === null ? [] : [`--service-account=${serviceAccount}`]),
      '--async',
    );
  }

  /** Describes the machines of a slice. */
  describe(slice: string): CommandLine {
    const words = ['tpu-vm', 'describe', slice, '--format=json'];
    return ['gcloud', 'compute', 'tpus', ...words, ...this.#place()];
  }

  list(): CommandLine {
    return this.#queuedResources('list', '--format=json');
  }

  /** Deletes a request and its machines, and waits until they are gone. */
  delete(slice: string): CommandLine {
    return this.#queuedResources('delete', slice, '--force');
  }

  /** A shell on a machine of a slice, which reads its script from its input. */
  shell(slice: string, host: number): CommandLine {
    return [...this.#ssh(slice, host), '--command=sh -s'];
  }

  /** A tunnel from a machine of a slice to an endpoint of this machine. */
  tunnel(slice: string, host: number, port: number, target: string): CommandLine {
    const alive = ['-o', 'ServerAliveInterval=15', '-o', 'ServerAliveCountMax=3'];
    const forward = ['-o', 'ExitOnForwardFailure=yes', '-R', `127.0.0.1:${port}:${target}`];
    return [...this.#ssh(slice, host), '--', '-N', ...alive, ...forward];
  }

  #ssh(slice: string, host: number): CommandLine {
    const where = ['tpu-vm', 'ssh', slice, `--worker=${host}`];
    return ['gcloud', 'compute', 'tpus', ...where, ...this.#place()];
  }

  #queuedResources(...words: readonly string[]): CommandLine {
    return ['gcloud', 'compute', 'tpus', 'queued-resources', ...words, ...this.#place()];
  }

  #place(): readonly string[] {
    const { project, zone } = this.#config;
    return [`--zone=${zone}`, ...(project === null ? [] : [`--project=${project}`]), '--quiet'];
  }
}

const queuedResources = z.array(
  z.object({
    name: z.string(),
    state: z
      .object({
        state: z.string().optional(),
        failedData: z.object({ error: z.object({ message: z.string().optional() }) }).optional(),
      })
      .optional(),
  }),
);

/** A slice that was requested. */
export interface RequestedSlice {
  readonly name: string;
  /**
   * `waiting`: for capacity, or its machines start or end; `active`: its machines run; `lost`: it
   * was taken away, refused, or waited too long, and has to be requested again.
   */
  readonly state: 'waiting' | 'active' | 'lost';
  /** Its state in words, with Google's reason if there is one. */
  readonly detail: string;
}

const LOST: Readonly<Record<string, string>> = {
  SUSPENDED: 'it was preempted',
  FAILED: 'its request failed',
};

/** Reads the answer of `gcloud compute tpus queued-resources list --format=json`. */
export function readSlices(answer: string): readonly RequestedSlice[] {
  return queuedResources.parse(JSON.parse(answer)).map(({ name, state: status }) => {
    const state = status?.state ?? 'UNKNOWN';
    const reason = status?.failedData?.error.message;
    const lost = LOST[state];
    return {
      name: name.split('/').at(-1) ?? name,
      state: lost !== undefined ? 'lost' : state === 'ACTIVE' ? 'active' : 'waiting',
      detail: `${lost ?? `its request is ${state}`}${reason === undefined ? '' : `: ${reason}`}`,
    };
  });
}

const machines = z.object({
  networkEndpoints: z.array(z.object({ ipAddress: z.string() })).min(1),
});

/** Reads the answer of {@link Gcloud.describe}: the address of the first machine, inside Google. */
export function readFirstAddress(answer: string): string {
  return machines.parse(JSON.parse(answer)).networkEndpoints[0]?.ipAddress ?? '';
}

type Remedy = readonly [ErrorCode, string];

const REMEDIES: readonly (readonly [RegExp, Remedy])[] = [
  [
    /quota|RESOURCE_EXHAUSTED/i,
    ['LAUNCH_REFUSED', 'ask for quota of this accelerator in this zone, or choose another zone'],
  ],
  [/active account|auth login|reauth|credentials/i, ['LAUNCH_REFUSED', "run 'gcloud auth login'"]],
  [
    /PERMISSION_DENIED|does not have permission|Permission denied|has not been used/i,
    ['LAUNCH_REFUSED', 'your account needs the role TPU Admin, and the project the Cloud TPU API'],
  ],
  [/INVALID_ARGUMENT|NOT_FOUND/, ['LAUNCH_FAILED', 'correct zone, accelerator or runtime']],
];

/** Returns why gcloud failed. */
export function gcloudError(group: string, output: string): Mu2NetError {
  const told = output.split('\n').find((line) => line.startsWith('ERROR: '));
  const reason = (told ?? lastLine(output)).replace(/^ERROR: (\([\w.-]+\) )?/, '').trim();
  const [code, remedy] = REMEDIES.find(([pattern]) => pattern.test(output))?.[1] ?? [
    'LAUNCH_FAILED',
    'try the command of pool up --dry-run by hand',
  ];
  return new Mu2NetError(code, `group ${group}: gcloud: ${reason.replace(/\.$/, '')}; ${remedy}`, {
    group,
  });
}
