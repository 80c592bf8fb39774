import { Mu2NetError } from '../../domain/errors.js';
import { type CommandLine, execute, follow, lastLine } from '../execute.js';
import type { LogOptions } from '../launcher.js';
import {
  type HostGroup,
  type HostProcess,
  type ListedProcess,
  listScript,
  logScript,
  readList,
  startScript,
  stopScript,
} from './scripts.js';

/** How the shell of a host is reached. It reads its script from its input. */
export interface HostShell {
  /** The host, for people to read. */
  readonly place: string;
  readonly command: CommandLine;
  /** Turns the failure of the command itself, such as of ssh, into an error; else undefined. */
  readonly refusalOf?: (status: number | null, output: string) => Mu2NetError | undefined;
}

/** The shell of this machine. */
export const LOCAL_SHELL: HostShell = { place: 'this machine', command: ['sh', '-s'] };

/** Processes of a group on a machine that has a shell, here or elsewhere. */
export class Host {
  readonly place: string;
  readonly #shell: HostShell;
  readonly #group: HostGroup;
  readonly #signal: AbortSignal | undefined;

  constructor(shell: HostShell, group: HostGroup, signal: AbortSignal | undefined) {
    this.place = shell.place;
    this.#shell = shell;
    this.#group = group;
    this.#signal = signal;
  }

  /** Runs a script, and returns its output. */
  async run(script: string, onLine?: (line: string) => void): Promise<string> {
    const options = { input: script, signal: this.#signal, ...(onLine && { onLine }) };
    const { ok, status, stdout, stderr } = await execute(this.#shell.command, options);
    if (ok) return stdout;
    throw this.#failure(status, stderr, stdout);
  }

  async start(processes: readonly HostProcess[]): Promise<void> {
    if (processes.length > 0) await this.run(startScript(this.#group, processes));
  }

  async list(): Promise<readonly ListedProcess[]> {
    return readList(await this.run(listScript(this.#group)));
  }

  async stop(names?: readonly string[]): Promise<void> {
    await this.run(stopScript(this.#group, names));
  }

  async logs(name: string, { follow: isFollowed, onLine, signal }: LogOptions): Promise<void> {
    const input = logScript(this.#group, name, isFollowed);
    const read = isFollowed ? follow : execute;
    const { ok, status, stderr } = await read(this.#shell.command, { input, onLine, signal });
    if (!ok) throw this.#failure(status, stderr, '');
  }

  #failure(status: number | null, stderr: string, stdout: string): Mu2NetError {
    const { group } = this.#group;
    return (
      this.#shell.refusalOf?.(status, stderr) ??
      new Mu2NetError(
        'LAUNCH_FAILED',
        `group ${group} on ${this.place}: ${lastLine(stderr, stdout)}`,
        { group },
      )
    );
  }
}
