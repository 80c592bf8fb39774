import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { GroupOf } from '../../config/index.js';
import { hostAndPort } from '../broker.js';
import { type LaunchContext, workerNames } from '../context.js';
import { type CommandLine, execute } from '../execute.js';
import { asOneWorker } from '../hosts/members.js';
import { quoteAll } from '../hosts/quote.js';
import { RemoteMember } from '../hosts/remote-member.js';
import { buildWheel, type Wheel } from '../hosts/wheel.js';
import { hostWords } from '../joining.js';
import type { LaunchedWorker, Launcher, LogOptions } from '../launcher.js';
import { tunnelPort } from '../ssh/command.js';
import {
  Gcloud,
  gcloudError,
  type RequestedSlice,
  readFirstAddress,
  readSlices,
} from './gcloud.js';
import { machineStartScript } from './start-script.js';

/** Starts workers on Cloud TPU VMs by queued resources: each is all machines of a slice together. */
export function createTpuVmLauncher(config: GroupOf<'tpu-vm'>, context: LaunchContext): Launcher {
  return new TpuVmLauncher(config, context);
}

/** A slice of the group: its name, and the worker that is its machines. */
interface Slice {
  readonly name: string;
  readonly worker: string;
  readonly machines: Omit<Launcher, 'plan'>;
}

/** A machine of a slice. */
interface Machine {
  readonly slice: string;
  readonly number: number;
  readonly host: number;
  readonly worker: string;
  /** Finds the address of the slice's first machine. */
  readonly firstAddress: () => Promise<string>;
}

/** The port at which the machines of a slice meet, as JAX chooses it, too. */
const FIRST_PORT = 8476;

class TpuVmLauncher implements Launcher {
  readonly wanted: readonly string[];
  readonly #config: GroupOf<'tpu-vm'>;
  readonly #context: LaunchContext;
  readonly #gcloud: Gcloud;
  #wheel: Promise<Wheel> | undefined;

  constructor(config: GroupOf<'tpu-vm'>, context: LaunchContext) {
    this.#config = config;
    this.#context = context;
    this.#gcloud = new Gcloud(config);
    this.wanted = workerNames(context, config.workers);
  }

  plan(): readonly string[] {
    return this.#slices(this.#config.workers).map(({ name, worker }) => {
      const command = quoteAll(this.#gcloud.create(name, 'startup.sh'));
      return `${command}  # then, by gcloud ssh, starts ${worker} on its ${this.#config.hosts} machines`;
    });
  }

  /** Requests slices, and starts the workers of those whose machines run. */
  async start(names: readonly string[]): Promise<void> {
    const requested = await this.#requested();
    for (const slice of this.#slices(this.#config.workers)) {
      if (!names.includes(slice.worker)) continue;
      const now = requested.find(({ name }) => name === slice.name);
      if (now?.state === 'active') await slice.machines.start([slice.worker]);
      else if (now?.state !== 'waiting') await this.#request(slice, now);
    }
  }

  async list(): Promise<readonly LaunchedWorker[]> {
    const requested = await this.#requested();
    const all = this.#slices(Math.max(this.#config.workers, ...requested.map(numberOf)));
    const lists = await Promise.all(
      all.map(async (slice) => {
        const now = requested.find(({ name }) => name === slice.name);
        return now ? [await workerOf(slice, now)] : [];
      }),
    );
    return lists.flat();
  }

  async stop(names?: readonly string[]): Promise<void> {
    const requested = await this.#requested();
    for (const slice of this.#slices(Math.max(0, ...requested.map(numberOf)))) {
      const now = requested.find(({ name }) => name === slice.name);
      if (!now || (names && !names.includes(slice.worker))) continue;
      // The tunnels are of this machine; the rest ends with the machines.
      if (now.state === 'active') await slice.machines.stop().catch(() => {});
      this.#context.onProgress(`deleting ${slice.name}`);
      await this.#run(this.#gcloud.delete(slice.name));
    }
  }

  async logs(name: string, options: LogOptions): Promise<void> {
    const active = (await this.#requested()).filter(({ state }) => state === 'active');
    const slice = this.#slices(this.#config.workers).find(({ worker }) => worker === name);
    if (active.some((each) => each.name === slice?.name)) await slice?.machines.logs(name, options);
  }

  /** Requests a slice; a request that was lost is deleted first. */
  async #request(slice: Slice, lost: RequestedSlice | undefined): Promise<void> {
    const { onProgress } = this.#context;
    if (lost) {
      onProgress(`${slice.name}: ${lost.detail}; it is requested again`);
      await this.#run(this.#gcloud.delete(slice.name));
    }
    const folder = mkdtempSync(join(tmpdir(), 'mu2net-tpu-'));
    try {
      const file = join(folder, 'startup.sh');
      writeFileSync(file, machineStartScript(this.#context));
      await this.#run(this.#gcloud.create(slice.name, file));
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  }

  /** Returns the slices of the group that were requested. */
  async #requested(): Promise<readonly RequestedSlice[]> {
    const all = readSlices(await this.#run(this.#gcloud.list()));
    const stem = this.#stem;
    return all.filter(({ name }) => name.startsWith(stem) && /^\d+$/.test(name.slice(stem.length)));
  }

  async #run(command: CommandLine): Promise<string> {
    const { ok, stdout, stderr } = await execute(command, { signal: this.#context.signal });
    if (ok) return stdout;
    throw gcloudError(this.#context.group, stderr);
  }

  /** The prefix of the names of slices: Google allows lower-case letters, digits and hyphens. */
  get #stem(): string {
    const { pool, group } = this.#context;
    return `mu2net-${pool}-${group}-`.toLowerCase().replace(/[^a-z0-9-]/g, '-');
  }

  #slices(count: number): readonly Slice[] {
    return workerNames(this.#context, count).map((worker, number) => {
      const name = `${this.#stem}${number}`;
      let address: Promise<string> | undefined;
      const firstAddress = () => {
        address ??= this.#run(this.#gcloud.describe(name)).then(readFirstAddress);
        return address;
      };
      const members = Array.from({ length: this.#config.hosts }, (_, host) =>
        this.#machine({ slice: name, number, host, worker, firstAddress }),
      );
      return { name, worker, machines: asOneWorker(worker, members) };
    });
  }

  #machine({ slice, number, host, worker, firstAddress }: Machine): RemoteMember {
    const { python, extras, tunnel, port: given, hosts } = this.#config;
    const { pool, group, broker, interpreter } = this.#context;
    const port = given ?? tunnelPort(pool, group);
    const command = this.#gcloud.tunnel(slice, host, port, hostAndPort(broker.local));
    return new RemoteMember(
      {
        index: number,
        wanted: [worker],
        shell: {
          place: `${slice}/${host}`,
          command: this.#gcloud.shell(slice, host),
          refusalOf: (_, output) =>
            /^ERROR: /m.test(output) ? gcloudError(group, output) : undefined,
        },
        installation: { python, extras },
        // The first machine alone talks to the broker.
        tunnel: tunnel && host === 0 ? { port, command } : null,
        words: async () =>
          hosts === 1
            ? []
            : hostWords({ hosts, host, address: await firstAddress(), port: FIRST_PORT }),
        wheel: () => {
          this.#wheel ??= buildWheel(interpreter());
          return this.#wheel;
        },
      },
      this.#context,
    );
  }
}

/** Returns how many slices there are if the one of this name is the last. */
function numberOf({ name }: RequestedSlice): number {
  return Number(name.split('-').at(-1)) + 1;
}

/** Returns the worker of a slice; while the machines run, it counts as ended until it is started. */
async function workerOf(slice: Slice, now: RequestedSlice): Promise<LaunchedWorker> {
  const { worker: name, machines } = slice;
  const { name: place, state, detail } = now;
  if (state !== 'active') {
    return { name, state: state === 'waiting' ? 'waiting' : 'ended', place, detail };
  }
  const [started] = await machines.list();
  const isNew = 'its machines run, and the worker was not started yet';
  return started ?? { name, place, state: 'ended', detail: isNew };
}
