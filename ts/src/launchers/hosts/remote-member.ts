import type { LaunchContext } from '../context.js';
import type { CommandLine } from '../execute.js';
import type { LogOptions } from '../launcher.js';
import { workerOf } from '../local.js';
import { tunnelProcess, waitScript } from '../ssh/command.js';
import { Host, type HostShell, LOCAL_SHELL } from './host.js';
import { type Installation, installScript, probeScript, pythonText } from './install.js';
import type { Member } from './members.js';
import { quoteAll } from './quote.js';
import type { HostProcess } from './scripts.js';
import type { Wheel } from './wheel.js';

/** How a machine reaches the broker through a tunnel that this machine keeps. */
export interface Tunnel {
  readonly port: number;
  readonly command: CommandLine;
}

export interface RemoteMemberOptions {
  readonly shell: HostShell;
  /** Number of the machine in its group. */
  readonly index: number;
  /** Names of the machine's workers. */
  readonly wanted: readonly string[];
  /** Finds further arguments of the workers. */
  readonly words?: () => Promise<readonly string[]>;
  readonly installation: Installation;
  /** Null: the workers use the address of the broker. */
  readonly tunnel: Tunnel | null;
  /** Builds the wheel, once for all machines. */
  readonly wheel: () => Promise<Wheel>;
}

/** How long a tunnel may take until it is open. */
const TUNNEL_SECONDS = 60;

/** A machine that is reached by a shell, and on which the sidecar is installed. */
export class RemoteMember implements Member {
  readonly place: string;
  readonly wanted: readonly string[];
  readonly #options: RemoteMemberOptions;
  readonly #context: LaunchContext;
  readonly #host: Host;
  /** The tunnels of the group, which are processes of this machine. */
  readonly #tunnels: Host;

  constructor(options: RemoteMemberOptions, context: LaunchContext) {
    const { pool, group, signal } = context;
    this.#options = options;
    this.#context = context;
    this.place = options.shell.place;
    this.wanted = options.wanted;
    this.#host = new Host(options.shell, { pool, group }, signal);
    // No group has such a name, which begins with a point.
    const tunnels = { pool, group: `.tunnels-${group}` };
    this.#tunnels = new Host(LOCAL_SHELL, tunnels, signal);
  }

  async start(names: readonly string[]): Promise<void> {
    const python = await this.#install();
    await this.#openTunnel(python);
    const more = (await this.#options.words?.()) ?? [];
    await this.#host.start(names.map((name) => this.#processOf(name, python, more)));
  }

  async list() {
    const { tunnel } = this.#options;
    const [processes, tunnels] = await Promise.all([
      this.#host.list(),
      tunnel ? this.#tunnels.list() : [],
    ]);
    const isOpen =
      !tunnel || tunnels.some(({ name, isRunning }) => name === this.#tunnelName && isRunning);
    return processes
      .map((listed) => workerOf(listed, this.place))
      .map((worker) =>
        isOpen ? worker : ({ ...worker, state: 'ended', detail: 'its tunnel ended' } as const),
      );
  }

  async stop(names?: readonly string[]): Promise<void> {
    const isAll = !names || this.wanted.every((name) => names.includes(name));
    if (isAll && this.#options.tunnel) {
      await this.#tunnels.stop([this.#tunnelName]);
    }
    if (names?.length !== 0) await this.#host.stop(names);
  }

  logs(name: string, options: LogOptions): Promise<void> {
    return this.#host.logs(name, options);
  }

  get #tunnelName(): string {
    const { pool, group } = this.#context;
    return `${pool}-${group}-tunnel-${this.#options.index}`;
  }

  /** Installs the sidecar unless this version is there; returns its Python. */
  async #install(): Promise<string> {
    const { wheel: build, installation } = this.#options;
    const wheel = await build();
    const answer = await this.#host.run(probeScript(wheel, installation));
    if (!answer.includes('installed')) {
      const { onProgress } = this.#context;
      const tell = (line: string) => onProgress(`${this.place}: ${line}`);
      await this.#host.run(installScript(wheel, installation), tell);
    }
    return pythonText(wheel, installation);
  }

  async #openTunnel(python: string): Promise<void> {
    const { tunnel } = this.#options;
    if (!tunnel) return;
    await this.#tunnels.start([tunnelProcess(this.#tunnelName, tunnel.command)]);
    try {
      await this.#host.run(waitScript(python, tunnel.port, TUNNEL_SECONDS));
    } catch (error) {
      await this.#tunnels.stop([this.#tunnelName]);
      throw error;
    }
  }

  #processOf(name: string, python: string, more: readonly string[]): HostProcess {
    const { tunnel } = this.#options;
    const { broker, wordsOf, environment } = this.#context;
    const endpoint = tunnel ? `tcp://127.0.0.1:${tunnel.port}` : broker.remote;
    return {
      name,
      command: `${python} -m mu2net_sidecar ${quoteAll([...wordsOf(name, endpoint), ...more])}`,
      mark: `--name ${name} `,
      environment: environment(),
    };
  }
}
